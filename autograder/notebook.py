"""Trusted side. Reads a stranger's notebook as untrusted JSON and mends it; never runs it.

What comes out has every graded cell of the release exactly once, with the release's metadata and,
where the student may not write, the release's text. All else is the student's, in its order.
"""

import ast
import json
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.config import FILE_BYTES, Flavour, NotebookLimits
from autograder.course import Assignment, read_trusted
from autograder.errors import NotebookError
from autograder.wire import printable

Cell = dict[str, Any]
SKIP_TAG = "skip-grading"
_TENSORFLOW = re.compile(r"\b(tensorflow|keras)\b")
_MARKUP = re.compile(r"<[a-z/!?]|script|&[#\w]|\]\s*[(:\[]|\\:", re.IGNORECASE)
_DEFINITION = re.compile(r"^(?:def|class)[ \t]+(\w+)", re.MULTILINE)
_LIMITS = NotebookLimits()
_MAX_PARSED, _MAX_PROSE, _MAX_NOTES = 10_000, 20_000, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCell:
    """A cell to run. `index` is its position in the mended notebook."""

    index: int
    source: str
    grade_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedFile:
    """A file beside the notebook, unread but for its bytes; or `missing`, in words."""

    content: bytes = b""
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A student's notebook after mending; `mended` says in words what had to be mended."""

    student: str
    cells: tuple[Cell, ...]
    mended: tuple[str, ...]
    sealed: bool
    files: Mapping[str, SubmittedFile] = field(default_factory=dict)

    def to_run(self) -> tuple[CodeCell, ...]:
        """The student's code in order, without cells tagged `skip-grading`.

        Test cells are run only where they hold the checks: in an assignment that is not sealed.
        """
        return tuple(
            CodeCell(index=index, source=cell["source"], grade_id=_marks(cell).get("grade_id"))
            for index, cell in enumerate(self.cells)
            if cell["cell_type"] == "code"
            and not (self.sealed and _marks(cell).get("grade"))
            and SKIP_TAG not in cell["metadata"].get("tags", [])
        )

    @property
    def flavour(self) -> Flavour:
        """Which fork-server serves it: whether its code names TensorFlow or Keras."""
        names_it = any(_TENSORFLOW.search(cell.source) for cell in self.to_run())
        return Flavour.TENSORFLOW if names_it else Flavour.NUMPY


def read_submission(path: Path, assignment: Assignment, *, student: str) -> Submission:
    """Read and mend one submitted file.

    Raises:
        NotebookError: if nothing can be made of it: no notebook, too large, or another
            assignment's. The message is for the instructor.
    """
    cells = _read_cells(path)
    cells, mended = _mend(cells, _originals(assignment), assignment.name)
    return Submission(
        student=student,
        cells=tuple(cells),
        mended=tuple(mended),
        sealed=assignment.sealed,
        files={name: _read_file(path.parent / name) for name in assignment.files},
    )


def _read_file(path: Path) -> SubmittedFile:
    """The bytes of a regular file; a link or a device might lead to what is not the student's."""
    name = path.name
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return SubmittedFile(missing=f"The file {name} was not handed in beside the notebook.")
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return SubmittedFile(missing=f"What was handed in as {name} is no ordinary file.")
        content = file.read(FILE_BYTES + 1)
    if len(content) > FILE_BYTES:
        return SubmittedFile(
            missing=f"The file {name} has more than the {FILE_BYTES >> 20} MB that are read. "
            "Is it the model that was asked for, saved once?"
        )
    return SubmittedFile(content=content)


def _originals(assignment: Assignment) -> list[Cell]:
    """The release's cells. Not sealed, test cells come from the source: hidden tests are there."""
    release: list[Cell] = read_trusted(assignment.release)["cells"]
    if assignment.sealed:
        return release
    source = {_marks(c).get("grade_id"): c for c in read_trusted(assignment.source)["cells"]}
    return [
        {**cell, "source": source[_marks(cell)["grade_id"]]["source"]}
        if _marks(cell).get("grade") and not _marks(cell).get("solution")
        else cell
        for cell in release
    ]


def _read_cells(path: Path) -> list[Cell]:
    try:
        size = path.stat().st_size
        if size > _LIMITS.file_bytes:
            raise NotebookError(
                f"{path} has {size >> 20} MB, more than the {_LIMITS.file_bytes >> 20} MB that are "
                "read; clear its outputs and submit again"
            )
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotebookError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise NotebookError(f"{path} is not text, so it is no notebook") from None
    if not text.strip():
        raise NotebookError(f"{path} is empty; ask for the notebook to be saved and sent again")
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"{path} is no notebook: broken JSON ({error})") from None
    return _plain_cells(notebook, path)


def _plain_cells(notebook: Any, path: Path) -> list[Cell]:
    if type(notebook) is not dict:
        raise NotebookError(f"{path} is no notebook: it holds no object")
    cells = notebook.get("cells")
    if cells is None and type(notebook.get("worksheets")) is list:  # nbformat 3
        sheets = [s for s in notebook["worksheets"] if type(s) is dict]
        lists = [sheet.get("cells") for sheet in sheets]
        cells = [cell for each in lists if type(each) is list for cell in each]
    if type(cells) is not list:
        raise NotebookError(f"{path} is no notebook: it has no list of cells")
    if len(cells) > _LIMITS.cells:
        raise NotebookError(
            f"{path} has {len(cells)} cells, more than the {_LIMITS.cells} that are read"
        )
    plain = [_plain_cell(cell) for cell in cells if type(cell) is dict]
    if sum(len(cell["source"]) for cell in plain) > _LIMITS.code_bytes:
        raise NotebookError(f"{path} holds more than {_LIMITS.code_bytes >> 20} MB of text")
    return plain


def _plain_cell(cell: dict[str, Any]) -> Cell:
    """Only what is needed, with exact types; outputs and attachments are thrown away."""
    source = cell.get("source", cell.get("input", ""))
    if type(source) is list:
        source = "".join(line for line in source if type(line) is str)
    kind = cell.get("cell_type")
    metadata = cell.get("metadata") if type(cell.get("metadata")) is dict else {}
    plain: Cell = {
        "cell_type": kind if kind in ("code", "markdown", "raw") else "raw",
        "metadata": _plain_metadata(metadata or {}),
        "source": printable(source) if type(source) is str else "",
    }
    if type(cell.get("id")) is str:
        plain["id"] = cell["id"]
    return plain


def _plain_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    marks = metadata.get("nbgrader")
    if type(marks) is dict and type(marks.get("grade_id")) is str:
        kept["nbgrader"] = {"grade_id": printable(marks["grade_id"])}
    tags = metadata.get("tags")
    if type(tags) is list:
        kept["tags"] = [printable(tag) for tag in tags if type(tag) is str]
    return kept


def _mend(cells: list[Cell], release: list[Cell], assignment: str) -> tuple[list[Cell], list[str]]:
    owned = {_marks(cell)["grade_id"]: _joined(cell) for cell in release if _marks(cell)}
    notes: list[str] = []
    _recognise(cells, owned, notes)
    held = Counter(_marks(cell).get("grade_id") for cell in cells)
    if not any(grade_id in owned for grade_id in held):
        raise NotebookError(
            f"none of the cells of {assignment!r} is in it: is it another assignment's notebook?"
        )
    by_id = {cell["id"]: cell for cell in map(_joined, release) if "id" in cell}
    mended: list[Cell] = []
    for position, cell in enumerate(cells):
        grade_id = _marks(cell).get("grade_id")
        if grade_id not in owned:
            mended.append(_students_own(cell, by_id, notes))
        elif any(_marks(later).get("grade_id") == grade_id for later in cells[position + 1 :]):
            notes.append(f"cell {grade_id!r} was there more than once; the last one counts")
            if not _is_locked(owned[grade_id]):
                mended.append({**cell, "metadata": {}})
        else:
            mended.append(_restored(cell, owned[grade_id], notes))
    _insert_missing(mended, release, held, notes)
    _name_cells(mended, release)
    ours = {_joined(cell)["source"] for cell in release}
    for cell in mended:
        if cell["cell_type"] != "code" and cell["source"] not in ours:
            cell["source"] = _harmless(cell["source"], notes)
    return mended, list(dict.fromkeys(notes))[:_MAX_NOTES]


def _recognise(cells: list[Cell], owned: dict[str, Cell], notes: list[str]) -> None:
    """Give cells that lost their metadata their `grade_id` back, if they can be told."""
    present = {_marks(cell).get("grade_id") for cell in cells}
    for grade_id, original in owned.items():
        if grade_id in present:
            continue
        for same in _likenesses(original):
            candidates = [c for c in cells if _marks(c).get("grade_id") not in owned and same(c)]
            if candidates:
                candidates[-1]["metadata"]["nbgrader"] = {"grade_id": grade_id}
                notes.append(f"cell {grade_id!r} had lost its metadata")
                break


def _likenesses(original: Cell) -> Iterable[Callable[[Cell], bool]]:
    """From the surest sign to the weakest."""
    text, names = original["source"].strip(), _defined(original["source"])
    yield lambda cell: cell["source"].strip() == text
    yield lambda cell: "id" in original and cell.get("id") == original["id"]
    if not _is_locked(original) and names:
        yield lambda cell: cell["cell_type"] != "markdown" and names <= _defined(cell["source"])


def _defined(source: str) -> frozenset[str]:
    """The functions and classes that a cell defines at its top level."""
    if len(source) > _MAX_PARSED:  # Python's parser takes minutes for code that is made to
        return frozenset(_DEFINITION.findall(source))
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset(_DEFINITION.findall(source))
    kinds = (ast.FunctionDef, ast.ClassDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))


def _restored(cell: Cell, original: Cell, notes: list[str]) -> Cell:
    grade_id = _marks(original)["grade_id"]
    if cell["cell_type"] != original["cell_type"]:
        notes.append(f"cell {grade_id!r} had become a {cell['cell_type']} cell")
    if not _is_locked(original):
        return {**original, "source": cell["source"]}
    if cell["source"].strip() != original["source"].strip():
        notes.append(f"cell {grade_id!r} was changed; the release's text was put back")
    return dict(original)


def _students_own(cell: Cell, by_id: dict[str, Cell], notes: list[str]) -> Cell:
    """A cell without marks. A release cell keeps the tags that it was released with."""
    original = by_id.get(cell.get("id", ""))
    metadata = dict(original["metadata"]) if original and not _marks(original) else {}
    if "grade_id" in _marks(cell):
        notes.append(f"cell {_marks(cell)['grade_id'][:40]!r} is not of this assignment")
    if not original:
        metadata = {k: v for k, v in cell["metadata"].items() if k == "tags"}
    return {**cell, "metadata": metadata}


def _harmless(source: str, notes: list[str]) -> str:
    """A stranger's Markdown as others may open it: with markup or links in it, as plain text."""
    if len(source) > _MAX_PROSE:  # rendering what is made for it could take hours
        notes.append(f"a text of {len(source):,} characters was cut")
        source = source[:_MAX_PROSE]
    if not _MARKUP.search(source):
        return source
    longest = max(map(len, re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{source}\n{fence}"


def _insert_missing(
    mended: list[Cell], release: list[Cell], held: Counter[Any], notes: list[str]
) -> None:
    """Put a missing cell back behind the nearest marked cell that precedes it in the release."""
    previous: str | None = None
    for original in map(_joined, release):
        grade_id = _marks(original).get("grade_id")
        if grade_id is None:
            continue
        if grade_id not in held:
            places = [i for i, c in enumerate(mended) if _marks(c).get("grade_id") == previous]
            mended.insert(places[-1] + 1 if previous and places else 0, dict(original))
            notes.append(f"cell {grade_id!r} was missing; the release's was put back")
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


def _marks(cell: Cell) -> dict[str, Any]:
    marks: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return marks


def _is_locked(original: Cell) -> bool:
    return not _marks(original).get("solution")


def _joined(cell: Cell) -> Cell:
    """A trusted cell with its source as one text and without outputs."""
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    kept: Cell = {key: cell[key] for key in ("cell_type", "metadata", "id") if key in cell}
    return {**kept, "source": text}
