"""Damage to cells, by people, editors and version control. Graded cells are hit more often."""

import copy
from typing import Any

from hypothesis import strategies as st

from autograder.course.notebooks import marks_of
from tests.damage.case import CELLS, SHARE, WRONG, Cell, solved, way

_MARKS = {i: marks_of(cell) for i, cell in enumerate(solved()["cells"])}
_ALL, _MARKED = list(_MARKS), [i for i, marks in _MARKS.items() if marks]
_ANSWERS = [i for i in _MARKED if _MARKS[i]["solution"]]
_GRADE_IDS = [_MARKS[i]["grade_id"] for i in _MARKED]
_at = st.sampled_from(_ANSWERS) | st.sampled_from(_MARKED) | st.sampled_from(_ALL)
_KINDS = ("markdown", "raw", "code", "heading", "Code", None)


def _place(cells: list[Cell], at: int) -> int:
    return at % len(cells) if cells else 0


def _cell(cells: list[Cell], at: int) -> Cell:
    """The cell at this place, counted around the end; a new one if no cell is left."""
    return cells[_place(cells, at)] if cells else {"metadata": {}, "source": ""}


@way(CELLS, at=_at)
def drop(cells: list[Cell], at: int) -> None:
    if cells:
        del cells[_place(cells, at)]


@way(CELLS, at=_at, to=_at)
def duplicate(cells: list[Cell], at: int, to: int) -> None:
    cells.insert(to, copy.deepcopy(_cell(cells, at)))


@way(CELLS, at=_at, to=_at)
def move(cells: list[Cell], at: int, to: int) -> None:
    if cells:
        cells.insert(to, cells.pop(_place(cells, at)))


@way(CELLS, order=st.permutations(_ALL))
def reorder(cells: list[Cell], order: list[int]) -> None:
    cells[:] = [cells[i] for i in order if i < len(cells)] + cells[len(order) :]


@way(CELLS, at=_at, kind=st.sampled_from(_KINDS))
def retype(cells: list[Cell], at: int, kind: Any) -> None:
    _cell(cells, at)["cell_type"] = kind


@way(CELLS, at=_at, name=st.sampled_from(["new", "setup", "dot-scores-check", "", "ä b", 7]))
def re_id(cells: list[Cell], at: int, name: Any) -> None:
    _cell(cells, at)["id"] = name


@way(CELLS, at=_at, other=_at)
def swap_ids(cells: list[Cell], at: int, other: int) -> None:
    one, two = _cell(cells, at), _cell(cells, other)
    one["id"], two["id"] = two.get("id"), one.get("id")


@way(CELLS, at=_at, what=st.sampled_from(["everything", "nbgrader", "tags", "id as well"]))
def lose_metadata(cells: list[Cell], at: int, what: str) -> None:
    cell = _cell(cells, at)
    if what in ("nbgrader", "tags"):
        cell["metadata"].pop(what, None)
    else:
        cell["metadata"] = {}
    if what == "id as well":
        cell.pop("id", None)


@way(CELLS, at=_at, name=st.sampled_from([*_GRADE_IDS, "elsewhere", "", 7, ["x"]]))
def rename(cells: list[Cell], at: int, name: Any) -> None:
    _cell(cells, at)["metadata"].setdefault("nbgrader", {})["grade_id"] = name


@way(
    CELLS,
    at=_at,
    marks=st.dictionaries(
        st.sampled_from(["points", "grade", "solution", "locked", "schema_version"]),
        st.sampled_from([True, False, 0, 1000, -1, None, "yes"]),
        min_size=1,
    ),
)
def change_marks(cells: list[Cell], at: int, marks: dict[str, Any]) -> None:
    cell = _cell(cells, at)
    if "nbgrader" in cell["metadata"]:
        cell["metadata"]["nbgrader"] |= marks


@way(CELLS, at=_at, tags=st.sampled_from([["skip-grading"], "skip-grading", None, [7], {}]))
def change_tags(cells: list[Cell], at: int, tags: Any) -> None:
    _cell(cells, at)["metadata"]["tags"] = tags


@way(CELLS, at=_at, line=SHARE)
def conflict_in_a_cell(cells: list[Cell], at: int, line: int) -> None:
    cell = _cell(cells, at)
    lines = str(cell["source"]).splitlines() or [""]
    line %= len(lines)
    theirs = ["<<<<<<< HEAD", lines[line], "=======", lines[line] + " ", ">>>>>>> theirs"]
    cell["source"] = "\n".join([*lines[:line], *theirs, *lines[line + 1 :]])


@way(CELLS, at=_at, same=st.booleans())
def conflict_between_cells(cells: list[Cell], at: int, same: bool) -> None:
    """As nbdime leaves it: both cells, with cells of markers around them."""
    ours = _cell(cells, at)
    theirs = copy.deepcopy(ours) if same else {**copy.deepcopy(ours), "source": "pass"}
    place = _place(cells, at)
    marker = [
        {"cell_type": "markdown", "metadata": {}, "source": f"`{text}`"}
        for text in ("<<<<<<< local", "=======", ">>>>>>> remote")
    ]
    cells[place : place + 1] = [marker[0], ours, marker[1], theirs, marker[2]]


@way(CELLS, at=_at, text=st.sampled_from([" ", "\n\n", "\n# my note", "\nx = 1", "\n%matplotlib"]))
def write_below(cells: list[Cell], at: int, text: str) -> None:
    cell = _cell(cells, at)
    cell["source"] = str(cell["source"]) + text


@way(CELLS, at=_at, place=SHARE, text=st.text(min_size=1, max_size=4) | st.just("\x00\ud800"))
def garble(cells: list[Cell], at: int, place: int, text: str) -> None:
    cell = _cell(cells, at)
    source = str(cell["source"])
    place = place * len(source) // 1000
    cell["source"] = source[:place] + text + source[place + len(text) :]


@way(CELLS, at=_at, line=SHARE, both=st.booleans())
def split(cells: list[Cell], at: int, line: int, both: bool) -> None:
    """JupyterLab's halves both keep the metadata, other programs leave it to the first."""
    place, first = _place(cells, at), _cell(cells, at)
    lines = str(first["source"]).splitlines()
    line = line * len(lines) // 1000
    second = copy.deepcopy(first) if both else {"cell_type": "code", "metadata": {}}
    first["source"], second["source"] = "\n".join(lines[:line]), "\n".join(lines[line:])
    cells.insert(place + 1, second)


@way(CELLS, at=_at, keep=st.sampled_from(["first", "second", "answers"]))
def merge(cells: list[Cell], at: int, keep: str) -> None:
    """With the cell below; "answers": the last answer is joined to the first."""
    place = _place(cells, at)
    first, second = (place, place + 1) if keep != "answers" else tuple(_ANSWERS)
    if second >= len(cells):
        return
    whole = f"{cells[first]['source']}\n\n{cells[second]['source']}"
    kept = cells[second if keep == "second" else first]
    kept["source"] = whole
    del cells[first if keep == "second" else second]


@way(CELLS, at=_at, output=st.sampled_from(["long", "deep", "strange", "error"]))
def show(cells: list[Cell], at: int, output: str) -> None:
    deep: Any = "x"
    for _ in range(200):
        deep = [deep]
    _cell(cells, at)["outputs"] = {
        "long": [{"output_type": "stream", "name": "stdout", "text": "x" * 3_000_000}],
        "deep": [{"output_type": "display_data", "data": {"application/json": deep}}],
        "strange": {"output_type": 7},
        "error": [{"output_type": "error", "ename": "E", "evalue": "", "traceback": None}],
    }[output]


@way(
    CELLS,
    at=_at,
    key=st.sampled_from(["source", "metadata", "outputs", "id", "cell_type", "attachments"]),
    value=st.sampled_from(WRONG),
)
def mistype(cells: list[Cell], at: int, key: str, value: Any) -> None:
    cell = _cell(cells, at)
    if key == "metadata":  # later damages look into it
        cell["metadata"] = {"nbgrader": value} if type(value) is dict else {}
    else:
        cell[key] = value


@way(CELLS, at=_at, count=st.sampled_from([1, 30, 2_500]))
def add_cells(cells: list[Cell], at: int, count: int) -> None:
    own = {"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": []}
    cells[at:at] = [dict(own) for _ in range(count)]
