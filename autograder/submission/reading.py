"""Trusted side. Reads a stranger's notebook as untrusted JSON, bounded in size; never runs it."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.config import FILE_BYTES, FLAVOURS, NUMPY, Flavour, NotebookLimits
from autograder.course.kernels import other_kernel
from autograder.course.layout import Assignment
from autograder.course.notebooks import (
    Cell,
    grade_id_of,
    is_solution,
    is_test,
    marks_of,
    read_trusted,
    text_of,
)
from autograder.errors import NotebookError, OtherKernelError
from autograder.submission.beside import files_beside
from autograder.submission.finding import find_notebook, refuse_another
from autograder.submission.mending import mend
from autograder.submission.ordinary import NoOrdinaryFile, read_ordinary
from autograder.submission.prose import Pictures
from autograder.wire import printable

_MOST_NOTES = 5  # on attachments that are left out
SKIP_TAG = "skip-grading"
_LIMITS = NotebookLimits()
_VERSION = re.compile(r"\d{1,2}\.\d{1,3}(?:\.\w{1,10})?\+?", re.ASCII)
_PACKED = (b"PK\x03\x04", b"\x1f\x8b")  # zip, gzip
_DECISIVE = ("grade", "solution", "locked", "points")  # what nbgrader grades by


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCell:
    """A cell to run. `index` is its position in the mended notebook."""

    index: int
    source: str
    grade_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedFile:
    """The bytes of a file beside the notebook, not parsed; or `missing`, in words."""

    content: bytes = b""
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A student's notebook after mending; `mended` says in words what had to be mended.

    Where an assignment has several notebooks, `parts` are those in their order. One of them that
    is `unread` says why, and whether it is just `absent`.
    """

    student: str
    cells: tuple[Cell, ...]
    mended: tuple[str, ...]
    sealed: bool
    files: Mapping[str, SubmittedFile] = field(default_factory=dict)
    python: str = ""  # the version that the notebook says it was run with last
    beside: Mapping[str, bytes] = field(default_factory=dict)  # what lies in its folder, by name
    parts: tuple["Submission", ...] = ()
    unread: str = ""
    absent: bool = False

    def to_run(self) -> tuple[CodeCell, ...]:
        """The student's code in order, without cells tagged `skip-grading`.

        Test cells are run only where they hold the checks: in an assignment that is not sealed.
        """
        return tuple(
            CodeCell(index=index, source=cell["source"], grade_id=grade_id_of(cell))
            for index, cell in enumerate(self.cells)
            if cell["cell_type"] == "code"
            and not (self.sealed and is_test(cell))
            and SKIP_TAG not in cell["metadata"].get("tags", [])
        )

    @property
    def flavour(self) -> Flavour:
        """Which fork-server serves it: that of the framework which its code names."""
        sources = [cell.source for cell in self.to_run()]
        named = (one for one in FLAVOURS if any(map(one.is_named_in, sources)))
        return next(named, NUMPY)


def read_collected(
    asked: Path, assignment: Assignment, *, student: str, siblings: Collection[str] = ()
) -> Submission:
    """As `read_submission`, from a folder in which the notebook may have another name.

    `siblings` are the files of the assignment's other notebooks.

    Raises:
        NotebookError: also if it cannot be told which file was meant.
    """
    _refuse_linked_folders(asked, assignment)
    path, notes = find_notebook(asked, handed_out(assignment), _read_cells, siblings)
    submission = read_submission(path, assignment, student=student)
    return replace(submission, mended=(*notes, *submission.mended))


def read_submission(path: Path, assignment: Assignment, *, student: str) -> Submission:
    """Read and mend one submitted file.

    Raises:
        NotebookError: if nothing can be made of it: no notebook, too large, or another
            assignment's. The message is for the instructor.
    """
    _refuse_linked_folders(path, assignment)
    released = handed_out(assignment)
    notebook = _read_notebook(path)
    pictures = Pictures()
    cells = _plain_cells(notebook, path, pictures)
    _refuse_other_kernel(notebook, assignment, path)
    refuse_another(assignment, cells, released)
    cells, mended = mend(cells, released, assignment.name)
    beside, left_out = files_beside(path, assignment)
    return Submission(
        student=student,
        cells=tuple(_with_tests(cells, assignment)),
        mended=(*mended, *sorted(set(pictures.notes))[:_MOST_NOTES], *left_out),
        sealed=assignment.sealed,
        files={name: _read_file(path.parent / name) for name in assignment.files},
        python=_python(notebook),
        beside=beside,
    )


def _read_file(path: Path) -> SubmittedFile:
    """The bytes of a regular file; a link or a device might lead to what is not the student's."""
    name = path.name
    try:
        content = read_ordinary(path, FILE_BYTES)
    except NoOrdinaryFile:
        return SubmittedFile(missing=f"What was handed in as {name} is not an ordinary file.")
    except OSError:
        return SubmittedFile(missing=f"The file {name} was not handed in beside the notebook.")
    if content is None:
        return SubmittedFile(
            missing=f"The file {name} has more than the {FILE_BYTES >> 20} MB that are read. "
            "Is it the model that was asked for, saved once?"
        )
    return SubmittedFile(content=content)


def _refuse_linked_folders(path: Path, assignment: Assignment) -> None:
    """If a folder is a link, it cannot be known whose work it holds."""
    folders = assignment.settings.folders
    submitted = folders.common(assignment.root, folders.submitted)
    for folder in path.parents:
        if submitted in folder.parents and folder.is_symlink():
            raise NotebookError(
                f"the folder {folder.relative_to(submitted)} is a link, which is not followed; ask "
                "for the files themselves"
            )


def handed_out(assignment: Assignment) -> list[Cell]:
    """What students got: the release's cells, with the marks that the gradebook knows.

    Raises:
        CourseError: if there is no release, and no gradebook knows the cells either.
    """
    if assignment.originals is None:
        released: list[Cell] = read_trusted(assignment.release)["cells"]
        return released
    if not assignment.release.is_file():  # nbgrader grades without it as well
        return list(assignment.originals)
    found = read_trusted(assignment.release)["cells"]
    texts = {grade_id_of(cell): text_of(cell) for cell in found if grade_id_of(cell)}
    return [
        {**cell, "source": texts.get(grade_id_of(cell), cell["source"])}
        for cell in assignment.originals
    ]


def _tests(assignment: Assignment) -> Iterator[Cell]:
    """Locked cells as they are run: with the tests that students do not see, if they have any.

    While a release is built, no gradebook knows it, and the source has them.
    """
    if assignment.sealed:
        return
    if assignment.originals is None:
        yield from filter(is_test, assignment.read_source()["cells"])
    else:
        marked = filter(marks_of, assignment.originals)
        yield from (cell for cell in marked if not is_solution(cell))


def _with_tests(cells: Iterable[Cell], assignment: Assignment) -> Iterator[Cell]:
    texts = {grade_id_of(cell): text_of(cell) for cell in _tests(assignment)}
    for cell in cells:
        yield {**cell, "source": texts.get(grade_id_of(cell), cell["source"])}


def _read_cells(path: Path) -> list[Cell]:
    return _plain_cells(_read_notebook(path), path, Pictures())


def _read_notebook(path: Path) -> Any:
    try:
        content = read_ordinary(path, _LIMITS.file_bytes)
    except NoOrdinaryFile:
        raise NotebookError(
            f"{path} is a link, a pipe or a device, which is not read; ask for the notebook itself"
        ) from None
    except OSError as error:
        raise NotebookError(f"{path} cannot be read: {error.strerror}") from None
    if content is None:
        raise NotebookError(
            f"{path} has more than the {_LIMITS.file_bytes >> 20} MB that are read; clear its "
            "outputs and submit again"
        )
    if not content.strip():
        raise NotebookError(f"{path} is empty; ask for the notebook to be saved and sent again")
    if content.startswith(_PACKED):
        raise NotebookError(f"{path} is a packed file; ask for the notebook that is in it")
    try:
        return json.loads(content)  # also what editors on Windows write: UTF-16, or a mark
    except UnicodeDecodeError:
        raise NotebookError(f"{path} is not text, so it is not a notebook") from None
    except (ValueError, RecursionError) as error:
        raise NotebookError(f"{path} is not a notebook: broken JSON ({error})") from None


def _refuse_other_kernel(notebook: Any, assignment: Assignment, path: Path) -> None:
    """Where the course names no kernel, the submission's own counts, as it does for nbgrader."""
    if assignment.sealed or not assignment.release.is_file():
        return
    if read_trusted(assignment.release).get("metadata", {}).get("kernelspec"):
        return
    about = notebook.get("metadata")
    kernel = about.get("kernelspec") if type(about) is dict else None
    if type(kernel) is dict:
        named = {key: printable(str(kernel.get(key) or "")[:40]) for key in ("name", "language")}
        if other := other_kernel({"kernelspec": named}):
            raise OtherKernelError(
                f"{path} is for the kernel {other}, and the grader runs Python 3 alone; ask for a "
                "notebook in Python"
            )


def _python(notebook: Any) -> str:
    about = notebook.get("metadata")
    language = about.get("language_info") if type(about) is dict else None
    found = language.get("version") if type(language) is dict else None
    return found if type(found) is str and _VERSION.fullmatch(found) else ""


def _plain_cells(notebook: Any, path: Path, pictures: Pictures) -> list[Cell]:
    if type(notebook) is not dict:
        raise NotebookError(f"{path} is not a notebook: it holds no object")
    cells = notebook.get("cells")
    if cells is None and type(notebook.get("worksheets")) is list:  # nbformat 3
        sheets = [s for s in notebook["worksheets"] if type(s) is dict]
        lists = [sheet.get("cells") for sheet in sheets]
        cells = [cell for each in lists if type(each) is list for cell in each]
    if type(cells) is not list:
        raise NotebookError(f"{path} is not a notebook: it has no list of cells")
    if len(cells) > _LIMITS.cells:
        raise NotebookError(
            f"{path} has {len(cells)} cells, more than the {_LIMITS.cells} that are read"
        )
    plain = [_plain_cell(cell, pictures) for cell in cells if type(cell) is dict]
    if sum(len(cell["source"]) for cell in plain) > _LIMITS.code_bytes:
        raise NotebookError(f"{path} holds more than {_LIMITS.code_bytes >> 20} MB of text")
    return plain


def _plain_cell(cell: dict[str, Any], pictures: Pictures) -> Cell:
    """Only what is needed, with exact types; outputs are thrown away."""
    source = cell.get("source", cell.get("input", ""))
    if type(source) is list:
        source = "".join(line for line in source if type(line) is str)
    text = printable(source) if type(source) is str else ""
    kind, metadata = cell.get("cell_type"), cell.get("metadata")
    metadata = metadata if type(metadata) is dict else {}
    plain: Cell = {
        "cell_type": kind if kind in ("code", "markdown", "raw") else "raw",
        "metadata": _plain_metadata(metadata),
        "source": text.replace("\r\n", "\n").replace("\r", "\n"),
    }
    if attached := pictures.of(cell):
        plain["attachments"] = attached
    name = cell.get("id", metadata.get("id"))  # Colab keeps it in the metadata
    if type(name) is str:
        plain["id"] = name
    return plain


def _plain_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    found = metadata.get("nbgrader")
    if type(found) is dict and type(found.get("grade_id")) is str:
        decisive = {key: _number(found[key]) for key in _DECISIVE if key in found}
        kept["nbgrader"] = {"grade_id": printable(found["grade_id"]), **decisive}
    tags = metadata.get("tags")
    if type(tags) is list:
        kept["tags"] = [printable(tag) for tag in tags if type(tag) is str]
    return kept


def _number(value: Any) -> float | None:
    """A flag or a number as it is; anything else as None, which no released cell has."""
    return value if type(value) in (bool, int, float) else None
