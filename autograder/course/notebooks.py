"""Trusted side. What an nbgrader notebook is made of: texts, marks, delimited regions.

The cells are the instructor's, or a stranger's after they were reduced to exact types.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from autograder.errors import CourseError

_NEEDED = (
    ("grade_id", (str,), ("grade", "solution", "locked", "task")),
    ("points", (int, float), ("grade", "task")),
)
Cell = dict[str, Any]
Notebook = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimiters:
    """What begins and ends regions of a source notebook; a line with such a text is a delimiter.

    These are nbgrader's own; a course may choose others.
    """

    begin_solution: str = "BEGIN SOLUTION"
    end_solution: str = "END SOLUTION"
    begin_hidden_tests: str = "BEGIN HIDDEN TESTS"
    end_hidden_tests: str = "END HIDDEN TESTS"
    begin_mark_scheme: str = "BEGIN MARK SCHEME"
    end_mark_scheme: str = "END MARK SCHEME"

    def found_in(self, text: str) -> list[str]:
        """The delimiters that a text still contains."""
        return [delimiter for delimiter in astuple(self) if delimiter in text]

    def solutions_in(self, text: str) -> Iterator[str]:
        """The lines of a text that only instructors see."""
        inside = False
        for line in text.splitlines():
            if self.begin_solution in line:
                inside = True
            elif self.end_solution in line:
                inside = False
            elif inside:
                yield line

    def solved(self, text: str) -> str:
        """The text with its solutions and without what began and ended them."""
        lines = text.splitlines(keepends=True)
        return "".join(line for line in lines if not self._only_delimits(line))

    def _only_delimits(self, line: str) -> bool:
        """Whether a line is a delimiter and no code beside it."""
        for delimiter in (self.begin_solution, self.end_solution):
            if delimiter in line:
                beside = line.replace(delimiter, "").strip()
                return beside.startswith("#") or not any(map(str.isalnum, beside))
        return False


def read_trusted(path: Path) -> Notebook:
    """A notebook of the instructor's own.

    Raises:
        CourseError: if it is missing or no notebook.
    """
    try:
        notebook: Notebook = json.loads(path.read_text())
        notebook["cells"]
    except FileNotFoundError:
        raise CourseError(f"{path} does not exist; run 'autograder release'") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(f"{path} is not a notebook: {error}") from None
    fault = _fault_in(notebook["cells"])
    if fault:
        raise CourseError(f"{path}: {fault}")
    return notebook


def _fault_in(cells: Any) -> str:
    """What is not as nbgrader has it, so that it could be neither built nor graded; or nothing."""
    if type(cells) is not list:
        return "its cells are no list"
    for number, cell in enumerate(cells, 1):
        form = cell if type(cell) is dict else {}
        about = form.get("metadata")
        if type(about) is not dict or type(form.get("source")) not in (str, list):
            return f"cell {number} has no metadata or no source, so it is not a notebook's"
        marks = about.get("nbgrader", {})
        if type(marks) is not dict:
            return f"cell {number} has metadata of nbgrader's that is no object; remove it"
        lacking = [
            name
            for name, kinds, flags in _NEEDED
            if any(map(marks.get, flags)) and type(marks.get(name)) not in kinds
        ]
        if lacking:
            return (
                f"cell {number} has metadata of nbgrader's without {' and '.join(lacking)}; set it "
                "in nbgrader's toolbar, or run 'nbgrader update' if an older nbgrader made it"
            )
    return ""


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


def is_task(cell: Cell) -> bool:
    """Whether it describes work that a person grades, nbgrader's task cell."""
    return bool(marks_of(cell).get("task"))


def answer_to(cells: Sequence[Cell], task: str) -> str | None:
    """The `grade_id` of the cell in which the task with this test cell is solved, if there is one.

    That is `<task>_answer`, or else the last cell for students before the test cell.
    """
    names = [grade_id_of(cell) for cell in cells]
    if f"{task}_answer" in names:
        return f"{task}_answer"
    above = zip(cells[: names.index(task)], names, strict=False)
    solutions = [name for cell, name in above if is_solution(cell) and not is_graded(cell)]
    return solutions[-1] if solutions else None


def without_outputs(cell: Cell) -> Cell:
    """The cell with its source as one text, and nothing that it ever showed."""
    names = ("cell_type", "metadata", "id", "attachments")
    kept: Cell = {name: cell[name] for name in names if name in cell}
    return {**kept, "source": text_of(cell)}


def cell_of(notebook: Notebook, grade_id: str) -> Cell:
    """The cell with this `grade_id`, which must be there."""
    return next(cell for cell in notebook["cells"] if grade_id_of(cell) == grade_id)
