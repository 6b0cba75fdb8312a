"""Trusted side. Which package a submission wanted that boxes do not have; they have ours."""

import re
import sys
from difflib import get_close_matches
from functools import cache
from importlib.metadata import packages_distributions
from typing import Any

_IMPORTED = re.compile(r"([A-Za-z_]\w{0,60})(?:\.\w{1,60}){0,8}", re.ASCII)
_ALIKE = 0.85


def lacked(error: Any, line: str | None = None) -> str:
    """The package whose absence an error of the box's is about; empty if it is about another thing.

    A misspelt name of a package that is there is a mistake like any other. With `line`, the line
    that raised, only a name in it counts: in a hidden call a name could carry hidden inputs.
    """
    if type(error) is not dict or error.get("type") != "ModuleNotFoundError":
        return ""
    module = error.get("module")
    named = _IMPORTED.fullmatch(module) if type(module) is str else None
    if named is None or (line is not None and not re.search(rf"\b{named[1]}\b", line)):
        return ""
    return "" if _is_known(named[1].casefold()) else named[1]


def _is_known(name: str) -> bool:
    """Whether boxes have it, or something that it may be a misspelling of."""
    if name in _known() or get_close_matches(name, _known(), n=1, cutoff=_ALIKE):
        return True
    letters = sorted(name)
    return any(sorted(known) == letters for known in _known())


@cache
def _known() -> frozenset[str]:
    names = {*sys.stdlib_module_names, *packages_distributions()}
    return frozenset(name.casefold() for name in names if not name.startswith("_"))
