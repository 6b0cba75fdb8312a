"""Trusted side. A class from submissions to gradebook rows and feedback pages."""

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from autograder.course.layout import Assignment
from autograder.course.storage import write_atomically
from autograder.errors import GradebookError
from autograder.gradebook.book import Book
from autograder.grading.classroom import Change, Classroom, Entry, Graded
from autograder.grading.local import Engine
from autograder.report.page import class_page
from autograder.result import Result, Status

Tell = Callable[[Result], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassReport:
    """What became of a class. `unwritten` says what did not reach the gradebook, and why."""

    results: tuple[Result, ...]
    unwritten: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether no submission needs a person."""
        judged = all(result.status is Status.GRADED for result in self.results)
        return judged and not self.unwritten


def grade_class(
    assignment: Assignment,
    entries: Sequence[Entry],
    classroom: Classroom,
    engine: Engine,
    tell: Tell = lambda _: None,
) -> ClassReport:
    """Grade where `engine` says; one writer puts each stored result into the gradebook.

    A student whose rows cannot be written is reported; the others are still written.
    """
    unwritten = []
    with closing(Book(assignment)) as book:

        def write(graded: Graded) -> None:
            try:
                book.write(graded)
                classroom.remember_written(graded)
            except GradebookError as error:
                unwritten.append(str(error))
            tell(graded.result)

        results = _each(assignment, entries, classroom, engine, write)
    return ClassReport(results=results, unwritten=tuple(unwritten))


def compare_class(
    assignment: Assignment,
    entries: Sequence[Entry],
    classroom: Classroom,
    engine: Engine,
    tell: Tell = lambda _: None,
) -> ClassReport:
    """Grade, and say whose grade would change; nothing is written into the gradebook."""
    changes: list[Change] = []

    def note(graded: Graded) -> None:
        changes.extend(classroom.changes(graded))
        tell(graded.result)

    results = _each(assignment, entries, classroom, engine, note)
    return ClassReport(results=results, changes=tuple(sorted(changes, key=lambda c: c.student)))


def _each(
    assignment: Assignment,
    entries: Sequence[Entry],
    classroom: Classroom,
    engine: Engine,
    act: Callable[[Graded], None],
) -> tuple[Result, ...]:
    """The results in the order of `entries`; `act` is called with each as it comes."""
    classroom.forget_faults()
    results = {}
    for graded in classroom.each(assignment, entries, engine):
        act(graded)
        results[graded.result.student] = graded.result
    return tuple(results[entry.student] for entry in entries)


def write_class_page(assignment: Assignment, results: Sequence[Result]) -> Path:
    """Write the page on the class, with links to the feedback pages; returns where it is."""
    path = assignment.root / "reports" / f"{assignment.name}.html"

    def link(result: Result) -> str:
        return quote(os.path.relpath(feedback_page(assignment, result.student), path.parent))

    write_atomically(path, class_page(results, link))
    return path


def feedback_page(assignment: Assignment, student: str) -> Path:
    """Where nbgrader writes a student's feedback."""
    folder = assignment.root / "feedback" / student / assignment.name
    return folder / f"{assignment.name}.html"
