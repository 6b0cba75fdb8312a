"""Trusted side. Puts modules of the course's own into a notebook, so that it stands alone.

In a source notebook a cell `%run -i ../reviews.py` runs a module that several notebooks share. In
the release, and wherever the notebook leaves its folder, the module's text stands in that cell.
"""

import re
from pathlib import Path
from typing import Any

from autograder.errors import CourseError

_RUN = re.compile(r"\s*%run -i (\S+\.py)\s*")


def with_modules(notebook: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The notebook with each such cell replaced; paths are relative to `folder`.

    Raises:
        CourseError: if a module is not there.
    """
    return {**notebook, "cells": [_with_module(cell, folder) for cell in notebook["cells"]]}


def _with_module(cell: dict[str, Any], folder: Path) -> dict[str, Any]:
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    found = _RUN.fullmatch(source)
    if cell["cell_type"] != "code" or not found:
        return cell
    path = folder / found.group(1)
    try:
        return {**cell, "source": path.read_text().rstrip("\n")}
    except OSError as error:
        raise CourseError(f"{folder}: the cell {source.strip()!r} finds no file: {error}") from None
