"""Trusted side. A class from submissions to gradebook rows and feedback pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.classroom import Classroom, Entry
from autograder.course import Assignment
from autograder.errors import GradebookError
from autograder.gradebook.commands import autograde, generate_feedback
from autograder.result import Result, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassReport:
    """What became of a class. `unwritten` says what did not reach the gradebook, and why."""

    results: tuple[Result, ...]
    unwritten: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nobody needs an instructor's eye."""
        judged = all(result.status is Status.GRADED for result in self.results)
        return judged and not self.unwritten


def grade_class(
    assignment: Assignment,
    entries: Sequence[Entry],
    classroom: Classroom,
    each: Callable[[str], None] = lambda _: None,
    *,
    jobs: int = 1,
) -> ClassReport:
    """Grade `jobs` submissions at a time; one writer puts each stored result into the gradebook.

    A student whose rows cannot be written is reported; the others are written all the same.
    """
    classroom.forget_faults()
    results, unwritten = {}, []
    for result in classroom.results(assignment, entries, jobs=jobs):
        student = result.student
        results[student] = result
        each(f"graded {student}")
        try:
            autograde(assignment, student)
            generate_feedback(assignment, student)
        except GradebookError as error:
            unwritten.append(str(error))
        each(f"written {student}")
    return ClassReport(
        results=tuple(results[entry.student] for entry in entries), unwritten=tuple(unwritten)
    )


def feedback_page(assignment: Assignment, student: str) -> Path:
    """Where nbgrader writes a student's feedback."""
    folder = assignment.root / "feedback" / student / assignment.name
    return folder / f"{assignment.name}.html"
