"""Trusted side. All notebooks that a student handed in for an assignment, as one submission."""

from os.path import lexists
from pathlib import Path

from autograder.course.layout import Assignment
from autograder.errors import NotebookError
from autograder.submission.reading import Submission, read_collected, read_submission


def read_handed_in(path: Path, assignment: Assignment, *, student: str) -> Submission:
    """The notebook that was meant by `path`; of an assignment with several, all in its folder.

    One that is missing or unreadable says so in its part; the others are still judged.

    Raises:
        NotebookError: if nothing can be made of any.
    """
    if not assignment.several:
        return read_collected(path, assignment, student=student)
    parts = tuple(_part(path, part, assignment, student) for part in assignment.several)
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


def _part(given: Path, part: Assignment, assignment: Assignment, student: str) -> Submission:
    path = given.with_name(part.file)
    if not lexists(path):
        expected = {one.file for one in assignment.several}
        others = sorted(p.name for p in path.parent.glob("*.ipynb") if p.name not in expected)
        if others:  # it may be that one
            why = f"{part.file} is not there, but {', '.join(others)}; rename it if it is that"
            return _unread(student, why)
        return _unread(student, f"{part.file} was not handed in", absent=True)
    try:
        return read_submission(path, part, student=student)
    except NotebookError as error:
        return _unread(student, str(error).replace(str(path), path.name))


def _unread(student: str, why: str, *, absent: bool = False) -> Submission:
    return Submission(
        student=student, cells=(), mended=(why,), sealed=False, unread=why, absent=absent
    )
