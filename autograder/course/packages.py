"""Trusted side. Which packages the boxes have: those that are installed beside the grader.

An instructor who promises a class some of them names them, `c.Autograder.packages = ["pandas"]`:
one that is not there is then an error, and another version of one is a reason to grade again.
"""

import site
from collections.abc import Collection
from importlib.machinery import PathFinder
from importlib.metadata import distributions

from autograder.errors import CourseError


def versions(names: Collection[str]) -> dict[str, str | None]:
    """Each package's version, empty where it says none; None where it is not installed.

    A name is what is installed or what is imported: "scikit-learn" or "sklearn". A box sees no
    folder of packages but these, so what is only on the grader's own path does not count.
    """
    return {name: _version(name, site.getsitepackages()) for name in names}


def refuse_missing(names: Collection[str]) -> None:
    """Let nobody be graded without what was promised.

    Raises:
        CourseError: if a package is not installed.
    """
    found = missing(names)
    if found:
        raise CourseError("; ".join(found))


def missing(names: Collection[str]) -> list[str]:
    """What is not installed, each with the remedy."""
    return [
        f"c.Autograder.packages promises {name!r}, which is not installed; {remedy(name)}"
        for name, version in versions(names).items()
        if version is None
    ]


def remedy(name: str) -> str:
    """What to do about one that is missing."""
    return f"run 'pip install {name}' in the grader's environment, or take it out of the list"


def _version(name: str, folders: list[str]) -> str | None:
    for found in distributions(name=name, path=folders):
        return found.version
    is_plain = name.isidentifier()
    return "" if is_plain and PathFinder.find_spec(name, folders) is not None else None
