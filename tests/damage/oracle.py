"""What a damaged file still holds: decided from its bytes alone, without the kit's own reader.

The promise: a solution keeps its points if its text is there unchanged in a readable file, no cell
defines its function in another way, and its cell can be recognised: by its own grade_id, as a code
cell, by the cell's own id, or because it stands beside another solution.
"""

import ast
import json
import re
from functools import cache
from typing import Any

from autograder.course.notebooks import grade_id_of
from tests.damage.case import solved

TASKS = {"dot_scores": 8, "additive_scores": 12}
MOST_CELLS = 2_000
Cell = dict[str, Any]


@cache
def _solution(task: str) -> Cell:
    cell = next(c for c in solved()["cells"] if grade_id_of(c) == f"{task}_answer")
    return {**cell, "source": cell["source"].strip()}


def readable_cells(content: bytes) -> list[Cell] | None:
    """The cells as text with their marks; None if this is no notebook by its own standard."""
    try:
        notebook = json.loads(content)  # UTF-8, UTF-16 or UTF-32, with a byte order mark or not
    except (ValueError, RecursionError):
        return None
    if type(notebook) is not dict:
        return None
    cells = notebook.get("cells")
    if cells is None and type(notebook.get("worksheets")) is list:
        cells = [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]
    if type(cells) is not list or len(cells) > MOST_CELLS:
        return None
    return [_read(cell) for cell in cells if type(cell) is dict]


def _read(cell: Cell) -> Cell:
    source = cell.get("source", cell.get("input"))
    if type(source) is list:
        source = "".join(line for line in source if type(line) is str)
    text = source if type(source) is str else ""
    metadata = cell.get("metadata")
    metadata = metadata if type(metadata) is dict else {}
    marks = metadata.get("nbgrader")
    name = marks.get("grade_id") if type(marks) is dict else None
    return {
        "source": text.replace("\r\n", "\n").replace("\r", "\n").strip(),
        "grade_id": name if type(name) is str else None,
        "cell_type": cell.get("cell_type"),
        "id": cell.get("id", metadata.get("id")),
        "marks": marks if type(marks) is dict else {},
    }


def intact(content: bytes) -> set[str]:
    """The tasks whose full points are promised."""
    cells = readable_cells(content)
    return {task for task in TASKS if cells is not None and _is_intact(task, cells)}


def _is_intact(task: str, cells: list[Cell]) -> bool:
    defining = [c for c in cells if re.search(rf"^\s*def {task}\b|\b{task} *=", c["source"], re.M)]
    return (
        bool(defining)
        and all(_holds(cell, task) for cell in defining)
        and any(_can_be_told(cell, task, cells) for cell in defining)
    )


def _holds(cell: Cell, task: str) -> bool:
    """Whether it begins with the solution, perhaps below another one, and is Python."""
    rest = cell["source"]
    for other in {*TASKS} - {task}:
        rest = rest.removeprefix(_solution(other)["source"]).lstrip()
    try:
        ast.parse(rest)
    except (SyntaxError, ValueError):
        return False
    return f"{rest}\n".startswith(_solution(task)["source"] + "\n")


def _can_be_told(cell: Cell, task: str, cells: list[Cell]) -> bool:
    own = f"{task}_answer"
    with_its_name = [c for c in cells if c["grade_id"] == own]
    if with_its_name:
        return cell is with_its_name[-1]
    if cell["grade_id"] in {f"{other}_answer" for other in TASKS} or cell["cell_type"] == "code":
        return True
    with_its_id = [c for c in cells if c["id"] == _solution(task)["id"]]
    return with_its_id == [cell] or (not with_its_id and cell["cell_type"] != "markdown")


def must_be_reported(content: bytes) -> set[str]:
    """The marked cells that must be reported: those that are not there once, as released."""
    cells = readable_cells(content)
    found: set[str] = set()
    if cells is None:
        return found
    for original in solved()["cells"]:
        name = grade_id_of(original)
        same = [c for c in cells if c["grade_id"] == name]
        if name and (len(same) != 1 or _differs(same[0], original)):
            found.add(name)
    return found


def _differs(cell: Cell, original: Cell) -> bool:
    marks = original["metadata"]["nbgrader"]
    decisive = {k: marks[k] for k in ("grade", "solution", "locked", "points") if k in marks}
    text = marks["locked"] and cell["source"] != original["source"].strip()
    marked = any(k in cell["marks"] and cell["marks"][k] != v for k, v in decisive.items())
    return text or marked or cell["cell_type"] != original["cell_type"]
