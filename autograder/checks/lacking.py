"""Trusted side. What a submission wanted that boxes do not have: a package, a newer Python, …"""

import platform
import re
import sys
from difflib import get_close_matches
from functools import cache
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from typing import Any

from autograder.result import LACKED

_IMPORTED = re.compile(r"([A-Za-z_]\w{0,60})(\.\w{1,60})?(?:\.\w{1,60}){0,7}", re.ASCII)
_ALIKE = 0.85
_ANOTHER = re.compile(r"[_\d].*")  # what makes another package of a name, as in tensorflow_io
_NO_PROCESS = "the grader's sandbox starts no other process"  # as inside/habits says it
_NO_NETWORK = ("gaierror", "URLError", "ConnectionError")
_NO_ATTRIBUTE = re.compile(r"module '(\w{1,60})[\w.]{0,60}' has no attribute '\w{1,60}'", re.ASCII)
_MINOR = re.compile(r"(\d+)\.(\d+)")
_NOT_FETCHED = "URL fetch failure on "  # as Keras says it


def lacked(error: Any, line: str | None = None) -> str:
    """What boxes lack that an error of theirs is about, in words; empty if it is another thing.

    With `line`, the line that raised, only a package in it counts: in a hidden call its name could
    carry hidden inputs.
    """
    if type(error) is not dict:
        return ""
    package = _package(error, line)
    if package:
        return LACKED.format(package)
    kind, message = error.get("type"), error.get("message")
    if kind == "PermissionError" and message == _NO_PROCESS:
        return "it starts another process, and the grader's sandbox has only one"
    if kind in _NO_NETWORK or (type(message) is str and message.startswith(_NOT_FETCHED)):
        return "it wants something from the internet, and the grader's sandbox has no network"
    return ""


def newer_python(error: Any, python: str) -> str:
    """Whether an error may be one of an older Python than `python`, in words; empty if it cannot.

    `python` is the version that the notebook says, or empty. It is about the syntax, or about what
    the standard library has.
    """
    ours = platform.python_version()
    if type(error) is not dict or not _minor(python) > _minor(ours):
        return ""
    kind, module, message = (error.get(key) for key in ("type", "module", "message"))
    if kind == "AttributeError" and type(message) is str:
        found = _NO_ATTRIBUTE.fullmatch(message)
        module = found[1] if found else ""
    of_python = type(module) is str and module.partition(".")[0] in sys.stdlib_module_names
    if kind == "SyntaxError" or (kind in ("ImportError", "AttributeError") and of_python):
        return f"it is written with Python {python}; the grader has {ours}"
    return ""


def _minor(version: str) -> tuple[int, int]:
    found = _MINOR.match(version)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _package(error: dict[Any, Any], line: str | None) -> str:
    """A misspelt name of a package that is there is a mistake like any other."""
    module = error.get("module")
    if error.get("type") != "ModuleNotFoundError" or type(module) is not str:
        return ""
    named = _IMPORTED.fullmatch(module)
    if named is None or (line is not None and not re.search(rf"\b{named[1]}\b", line)):
        return ""
    if named[2] and _is_shared(named[1]):
        package = f"{named[1]}{named[2]}"
        return "" if find_spec(package) else package
    return "" if _is_known(named[1].casefold()) else named[1]


def _is_shared(name: str) -> bool:
    """Whether packages of several makers are in it, as in `google`; it holds no code to run."""
    spec = find_spec(name) if name in _known() else None
    return spec is not None and spec.origin is None and spec.submodule_search_locations is not None


def _is_known(name: str) -> bool:
    """Whether boxes have it, or something that it may be a misspelling of."""
    if name in _known():
        return True
    near = get_close_matches(name, _known(), n=1, cutoff=_ALIKE)
    if near and not _is_another(*sorted((name, near[0]), key=len)):
        return True
    letters = sorted(name)
    return any(sorted(known) == letters for known in _known())


def _is_another(shorter: str, longer: str) -> bool:
    return longer.startswith(shorter) and bool(_ANOTHER.fullmatch(longer[len(shorter) :]))


@cache
def _known() -> frozenset[str]:
    names = {*sys.stdlib_module_names, *packages_distributions()}
    return frozenset(name.casefold() for name in names if not name.startswith("_"))
