"""Trusted side. Mends the cells of a stranger's notebook against the release; reads no file.

What comes out has every graded cell of the release exactly once, with the release's metadata and,
where the student may not write, the release's text. Everything else is the student's, in its order.
"""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from autograder.course.notebooks import Cell, grade_id_of, is_solution, marks_of, without_outputs
from autograder.errors import NotebookError
from autograder.submission.prose import harmless

_DEFINITION = re.compile(r"^(?:def|class)[ \t]+(\w+)", re.MULTILINE)
_LIKE = 0.5  # of its lines: a demonstration that was changed, in a file that lost its ids
_MAX_PARSED, _MAX_PARSED_IN_ALL, _MAX_NOTES = 10_000, 200_000, 20


def mend(cells: list[Cell], release: list[Cell], assignment: str) -> tuple[list[Cell], list[str]]:
    """The mended cells, and in words what had to be mended.

    `cells` hold exact types only: `cell_type`, `metadata`, `source` as one text, perhaps `id`.

    Raises:
        NotebookError: if no cell is of this assignment.
    """
    owned = {
        name: without_outputs(cell) for cell in release if (name := grade_id_of(cell)) is not None
    }
    notes: list[str] = []
    defined = _Definitions()
    _recognise(cells, owned, defined, notes)
    held = Counter(marks_of(cell).get("grade_id") for cell in cells)
    if owned and not any(grade_id in owned for grade_id in held):
        raise NotebookError(
            f"none of the cells of {assignment!r} is in it: is it another assignment's notebook?"
        )
    unmarked = _Unmarked(release, cells)
    last = {marks_of(cell).get("grade_id"): position for position, cell in enumerate(cells)}
    mended: list[Cell] = []
    for position, cell in enumerate(cells):
        grade_id = marks_of(cell).get("grade_id")
        if grade_id not in owned:
            mended.append(_students_own(cell, unmarked, notes))
        elif position < last[grade_id]:
            notes.append(f"cell {grade_id!r} was there more than once; the last one counts")
            if is_solution(owned[grade_id]):
                mended.append({**cell, "metadata": {}})
        else:
            mended.append(_restored(cell, owned[grade_id], notes))
    _insert_missing(mended, release, held, defined, notes)
    _name_cells(mended, release)
    notes.extend(defined.notes())
    ours = {without_outputs(cell)["source"] for cell in release}
    for cell in mended:
        if cell["cell_type"] != "code" and cell["source"] not in ours:
            cell["source"] = harmless(cell["source"], notes)
    return mended, _cut(list(dict.fromkeys(notes)))


def _cut(notes: list[str]) -> list[str]:
    """As many as a person reads, and how many more there are."""
    more = len(notes) - _MAX_NOTES
    return notes if more <= 0 else [*notes[:_MAX_NOTES], f"and {more} more of this kind"]


class _Definitions:
    """The functions and classes that texts define at their top level.

    Each text is parsed once, and all texts together up to a limit: every lost cell is looked for in
    every cell, and a text can be written so that it takes long to parse.
    """

    def __init__(self) -> None:
        self._known: dict[str, frozenset[str]] = {}
        self._left = _MAX_PARSED_IN_ALL

    def __call__(self, source: str) -> frozenset[str]:
        if source not in self._known:
            if len(source) <= _MAX_PARSED:
                self._left -= len(source)
            parsed = len(source) <= _MAX_PARSED and self._left >= 0
            self._known[source] = _parsed(source) if parsed else _at_line_starts(source)
        return self._known[source]

    def notes(self) -> list[str]:
        if self._left >= 0:
            return []
        return [f"only {_MAX_PARSED_IN_ALL:,} characters were searched for cells that were lost"]


def _recognise(
    cells: list[Cell], owned: dict[str, Cell], defined: _Definitions, notes: list[str]
) -> None:
    """Give cells that lost their metadata their `grade_id` back, if they are recognised."""
    present = {marks_of(cell).get("grade_id") for cell in cells}
    for grade_id, original in owned.items():
        if grade_id in present:
            continue
        possible = [cell for cell in cells if _may_be(original, cell, owned, defined)]
        for same in _likenesses(original, defined):
            candidates = [cell for cell in possible if same(cell)]
            if candidates:
                before = marks_of(candidates[-1]).get("grade_id")
                candidates[-1]["metadata"]["nbgrader"] = {"grade_id": grade_id}
                lost = f"was marked as {before!r}" if before in owned else "had lost its metadata"
                notes.append(f"cell {grade_id!r} {lost}")
                break


def _may_be(original: Cell, cell: Cell, owned: dict[str, Cell], defined: _Definitions) -> bool:
    """Whether a cell may be a different one from what its `grade_id` says, if it has one.

    Editors that join two cells keep the marks of one: a locked cell may have become a solution.
    """
    marked_as = owned.get(marks_of(cell).get("grade_id", ""))
    if marked_as is None:
        return True
    names = defined(original["source"])
    joined_to_locked = not is_solution(marked_as) and not _same_text(cell, marked_as)
    return joined_to_locked and bool(names) and names <= defined(cell["source"])


def _likenesses(original: Cell, defined: _Definitions) -> Iterable[Callable[[Cell], bool]]:
    """From the surest sign to the weakest."""
    names = defined(original["source"]) if is_solution(original) else frozenset()
    yield lambda cell: _same_text(cell, original)
    if names:
        yield lambda cell: cell["cell_type"] == "code" and names <= defined(cell["source"])
    yield lambda cell: "id" in original and cell.get("id") == original["id"]
    if names:
        yield lambda cell: cell["cell_type"] == "raw" and names <= defined(cell["source"])


def _parsed(source: str) -> frozenset[str]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _at_line_starts(source)
    kinds = (ast.FunctionDef, ast.ClassDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


def _at_line_starts(source: str) -> frozenset[str]:
    return frozenset(_DEFINITION.findall(source))


def _restored(cell: Cell, original: Cell, notes: list[str]) -> Cell:
    grade_id = marks_of(original)["grade_id"]
    if cell["cell_type"] != original["cell_type"]:
        notes.append(f"cell {grade_id!r} had become a {cell['cell_type']} cell")
    if any(marks_of(original).get(key) != value for key, value in marks_of(cell).items()):
        notes.append(f"cell {grade_id!r} has not the release's metadata, which was put back")
    if is_solution(original):
        answer = {**original, "source": cell["source"]}
        if "attachments" in cell and original["cell_type"] == "markdown":
            answer["attachments"] = {**original.get("attachments", {}), **cell["attachments"]}
        return answer
    if not _same_text(cell, original):
        notes.append(f"cell {grade_id!r} differs from the release's, whose text was put back")
    return dict(original)


class _Unmarked:
    """The release's cells without marks: demonstrations, quizzes, text. They keep their tags."""

    def __init__(self, release: list[Cell], cells: list[Cell]) -> None:
        originals = [cell for cell in map(without_outputs, release) if not marks_of(cell)]
        self._by_id = {cell["id"]: cell for cell in originals if "id" in cell}
        self._by_text = {cell["source"].strip(): cell for cell in originals}
        self._holders = {name: _holder(cell, cells) for name, cell in self._by_id.items()}
        ids, texts = {cell.get("id") for cell in cells}, {cell["source"].strip() for cell in cells}
        self._gone = [
            cell
            for cell in originals
            if cell.get("id") not in ids and cell["source"].strip() not in texts
        ]

    def original_of(self, cell: Cell) -> Cell | None:
        """Which of them a cell is: by its text, its id, or half the lines of one that is gone."""
        name = cell.get("id", "")
        known = self._by_text.get(cell["source"].strip())
        if known is None and self._holders.get(name) is cell:
            known = self._by_id[name]
        if known is None and self._gone:
            lines = _lines(cell)
            likest = max(self._gone, key=lambda one: _share(one, lines))
            known = likest if _share(likest, lines) >= _LIKE else None
        return known


def _holder(original: Cell, cells: list[Cell]) -> Cell | None:
    """The likest of the cells with its id, unless it is another text with a function of its own.

    The source's own cells are other texts than the release's where quizzes are embedded.
    """
    same = [cell for cell in cells if cell.get("id") == original["id"]]
    likest = max(same, key=lambda cell: _share(original, _lines(cell)), default=None)
    if likest is None or _share(original, _lines(likest)) > 0:
        return likest
    return None if _at_line_starts(likest["source"]) else likest


def _lines(cell: Cell) -> set[str]:
    return {line.strip() for line in cell["source"].splitlines()} - {""}


def _share(original: Cell, lines: set[str]) -> float:
    own = _lines(original)
    return len(own & lines) / len(own) if own else 0.0


def _students_own(cell: Cell, unmarked: _Unmarked, notes: list[str]) -> Cell:
    """A cell without marks. Tags are the release's to give: a copied one would not be run."""
    original = unmarked.original_of(cell)
    if "grade_id" in marks_of(cell):
        notes.append(f"cell {marks_of(cell)['grade_id'][:40]!r} is not of this assignment")
    if original is None and cell["metadata"].get("tags"):
        notes.append("tags of a cell that is not the release's were removed")
    return {**cell, "metadata": dict(original["metadata"]) if original else {}}


def _insert_missing(
    mended: list[Cell],
    release: list[Cell],
    held: Counter[Any],
    defined: _Definitions,
    notes: list[str],
) -> None:
    """Put a missing cell back behind the nearest marked cell that precedes it in the release.

    Where another solution cell defines its functions, two were joined: it may not redefine them.
    """
    solutions = [cell for cell in mended if marks_of(cell) and is_solution(cell)]
    elsewhere = frozenset[str]().union(*(defined(cell["source"]) for cell in solutions))
    previous: str | None = None
    for original in map(without_outputs, release):
        grade_id = marks_of(original).get("grade_id")
        if grade_id is None:
            continue
        if grade_id not in held:
            places = [i for i, c in enumerate(mended) if marks_of(c).get("grade_id") == previous]
            names, back = defined(original["source"]), dict(original)
            if names and names <= elsewhere:
                back["source"] = f"# Defined in another cell: {', '.join(sorted(names))}."
                notes.append(f"cell {grade_id!r} was joined with another one")
            else:
                notes.append(f"cell {grade_id!r} was missing; the release's was put back")
            mended.insert(places[-1] + 1 if previous and places else 0, back)
        previous = grade_id


def _name_cells(mended: list[Cell], release: list[Cell]) -> None:
    """Cell ids must be valid and differ; those of the release's own cells stay as they are."""
    taken: set[str] = set()
    kept = {cell["id"] for cell in release if "id" in cell}
    for index, cell in enumerate(mended):
        name = cell.get("id", "")
        if name in taken or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
            name = next(n for n in _numbered(index) if n not in taken and n not in kept)
        cell["id"] = name
        taken.add(name)


def _numbered(index: int) -> Iterable[str]:
    yield f"cell-{index}"
    for number in range(1_000_000):
        yield f"cell-{index}-{number}"


def _same_text(cell: Cell, original: Cell) -> bool:
    found: bool = cell["source"].strip() == original["source"].strip()
    return found
