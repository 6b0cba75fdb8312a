"""Trusted side. Which language a notebook is written in."""

from collections.abc import Mapping
from typing import Any

from autograder.errors import CourseError

_OLD = "Python 2"
# Of kernels whose notebooks say no language, which nbgrader's own tests and old tools write.
_LANGUAGES = {
    "ir": "R",
    "bash": "bash",
    "julia": "Julia",
    "octave": "Octave",
    "matlab": "MATLAB",
    "sas": "SAS",
    "stata": "Stata",
    "xcpp": "C++",
    "rust": "Rust",
    "java": "Java",
    "javascript": "JavaScript",
    "sql": "SQL",
}


def refuse_other_kernels(metadata: Mapping[str, Any], where: str) -> None:
    """Let only notebooks through whose code is Python 3, whatever their kernel is called.

    Raises:
        CourseError: if it is another language; `where` says which notebook it is.
    """
    if kernel := other_kernel(metadata):
        raise CourseError(
            f"{where} is for the kernel {kernel}, and the grader runs Python 3 alone; grade this "
            "assignment with stock nbgrader, in a course whose configuration does not plug the "
            "engine in, or choose a Python kernel in JupyterLab and save it"
        )


def other_kernel(metadata: Mapping[str, Any]) -> str:
    """The kernel and the language that a notebook names, if that is not Python 3; else nothing."""
    kernel = metadata.get("kernelspec") or {}
    language = _language(kernel, metadata.get("language_info") or {})
    of_python = language.lower().startswith(("python", "ipython"))
    if not language or (of_python and language != _OLD):
        return ""
    return f"{kernel.get('name') or language!r} ({language})"


def _language(kernel: Mapping[str, Any], info: Mapping[str, Any]) -> str:
    said = kernel.get("language") or info.get("name")
    if kernel.get("name") == "python2":  # its language is "python" as well
        return _OLD
    if said:
        return str(said)
    family = str(kernel.get("name", "")).lower().rstrip("0123456789.-")
    return _LANGUAGES.get(family, "")
