"""Trusted side. All notebooks that a student handed in for an assignment, as one submission."""

from pathlib import Path

from autograder.course.layout import Assignment
from autograder.errors import NotebookError
from autograder.submission.finding import is_absent
from autograder.submission.reading import Submission, read_collected


def read_handed_in(path: Path, assignment: Assignment, *, student: str) -> Submission:
    """The notebook that was meant by `path`; of an assignment with several, all in its folder.

    One that is missing or unreadable says so in its part; the others are still judged.

    Raises:
        NotebookError: if nothing can be made of any.
    """
    if not assignment.several:
        return read_part(path, assignment, assignment, student)
    parts = tuple(read_part(path, part, assignment, student) for part in assignment.several)
    if not any(part.cells for part in parts):
        raise NotebookError("; ".join(note for part in parts for note in part.mended))
    return Submission(
        student=student,
        cells=tuple(cell for part in parts for cell in part.cells),
        mended=tuple(
            f"{about.notebook}: {note}"
            for about, part in zip(assignment.several, parts, strict=True)
            for note in part.mended
        ),
        sealed=False,
        parts=parts,
        beside=next(part.beside for part in parts if part.cells),
    )


def read_part(path: Path, part: Assignment, assignment: Assignment, student: str) -> Submission:
    """One notebook of an assignment, from the folder in which `path` is.

    One of several that is missing or unreadable says so; a single one cannot be done without.

    Raises:
        NotebookError: if it is the only one, and nothing can be made of it.
    """
    if not assignment.several:
        return read_collected(path, part, student=student)
    path = path.with_name(part.file)
    if not was_handed_in(path.parent, part, assignment):
        return _unread(student, f"{part.file} was not handed in", absent=True)
    try:
        return read_collected(path, part, student=student, siblings=_siblings(part, assignment))
    except NotebookError as error:
        return _unread(student, str(error).replace(str(path), path.name))


def was_handed_in(folder: Path, part: Assignment, assignment: Assignment) -> bool:
    """Whether a folder holds what could be this notebook; a single one cannot be done without."""
    absent = is_absent(folder / part.file, _siblings(part, assignment))
    return not assignment.several or not absent


def _siblings(part: Assignment, assignment: Assignment) -> set[str]:
    return {one.file for one in assignment.several} - {part.file}


def _unread(student: str, why: str, *, absent: bool = False) -> Submission:
    return Submission(
        student=student, cells=(), mended=(why,), sealed=False, unread=why, absent=absent
    )
