"""Trusted side. What a notebook of nbgrader's is made of: texts, marks, delimited regions.

The cells are the instructor's, or a stranger's after they were reduced to exact types.
"""

import json
from pathlib import Path
from typing import Any

from autograder.errors import CourseError

Cell = dict[str, Any]
Notebook = dict[str, Any]


def read_trusted(path: Path) -> Notebook:
    """A notebook of the instructor's own.

    Raises:
        CourseError: if it is missing or no notebook.
    """
    try:
        notebook = json.loads(path.read_text())
        notebook["cells"]
    except FileNotFoundError:
        raise CourseError(f"{path} does not exist; run 'autograder release'") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(f"{path} is no notebook: {error}") from None
    assert isinstance(notebook, dict)
    return notebook


def text_of(cell: Cell) -> str:
    """A cell's source, which nbformat stores as one text or as lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def marks_of(cell: Cell) -> dict[str, Any]:
    """What nbgrader wrote into a cell, or nothing."""
    marks: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return marks


def grade_id_of(cell: Cell) -> str | None:
    """The name by which nbgrader knows a cell, if it does."""
    name = marks_of(cell).get("grade_id")
    return name if isinstance(name, str) else None


def is_solution(cell: Cell) -> bool:
    """Whether students write in it; every other cell with marks is locked."""
    return bool(marks_of(cell).get("solution"))


def is_graded(cell: Cell) -> bool:
    """Whether it has points, given by its tests or by a person."""
    return bool(marks_of(cell).get("grade"))


def is_test(cell: Cell) -> bool:
    """Whether it has points that its tests give."""
    return is_graded(cell) and not is_solution(cell)


def without_outputs(cell: Cell) -> Cell:
    """The cell with its source as one text, and nothing that it ever showed."""
    kept: Cell = {key: cell[key] for key in ("cell_type", "metadata", "id") if key in cell}
    return {**kept, "source": text_of(cell)}


def cell_of(notebook: Notebook, grade_id: str) -> Cell:
    """The cell with this `grade_id`, which must be there."""
    return next(cell for cell in notebook["cells"] if grade_id_of(cell) == grade_id)
