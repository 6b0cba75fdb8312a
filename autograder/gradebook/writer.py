"""Trusted side. A class from submissions to gradebook rows and feedback pages."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from autograder.course.layout import Assignment
from autograder.course.storage import write_atomically
from autograder.errors import GradebookError
from autograder.gradebook.book import Book
from autograder.grading.changes import Change
from autograder.grading.classroom import Classroom, GradedSubmission
from autograder.report.page import class_page
from autograder.report.score import Standing
from autograder.result import Result

Tell = Callable[[Result], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassReport:
    """What became of a class. `unwritten` says what did not reach the gradebook, and why."""

    results: tuple[Result, ...]
    unwritten: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the engine alone judged all, and wrote it."""
        return all(result.score is not None for result in self.results) and not self.unwritten

    def settled(self, standings: Mapping[str, Standing]) -> bool:
        """Whether no submission needs a person; what has no standing is as it was judged."""
        scores = [standings.get(result.student, result).score for result in self.results]
        return None not in scores and not self.unwritten


def grade_class(
    assignment: Assignment,
    graded: Iterable[GradedSubmission],
    classroom: Classroom,
    tell: Tell = lambda _: None,
) -> ClassReport:
    """Put each result into the gradebook as it comes, by one writer.

    A student whose rows cannot be written is reported; the others are still written.
    """
    unwritten = []
    with closing(Book(assignment)) as book:

        def write(one: GradedSubmission) -> None:
            try:
                book.write(one, classroom.changed(one))
                classroom.remember_written(one)
            except GradebookError as error:
                unwritten.append(str(error))

        results = _each(graded, write, tell)
    return ClassReport(results=results, unwritten=tuple(unwritten))


def compare_class(
    graded: Iterable[GradedSubmission], classroom: Classroom, tell: Tell = lambda _: None
) -> ClassReport:
    """Say whose grade would change; nothing is written into the gradebook."""
    changes: list[Change] = []

    def note(one: GradedSubmission) -> None:
        changes.extend(classroom.changes(one))

    results = _each(graded, note, tell)
    return ClassReport(results=results, changes=tuple(sorted(changes, key=lambda c: c.student)))


def _each(
    graded: Iterable[GradedSubmission], act: Callable[[GradedSubmission], None], tell: Tell
) -> tuple[Result, ...]:
    """The results by student; `act` is called with each as it comes."""
    results = []
    for one in graded:
        act(one)
        results.append(one.result)
        tell(one.result)
    return tuple(sorted(results, key=lambda result: result.student))


def write_class_page(
    assignment: Assignment, results: Sequence[Result], standings: Mapping[str, Standing]
) -> Path:
    """Write the page on the class, with links to the feedback pages; returns where it is."""
    path = assignment.root / "reports" / f"{assignment.name}.html"

    def link(result: Result) -> str:
        return quote(os.path.relpath(feedback_page(assignment, result.student), path.parent))

    write_atomically(path, class_page(results, standings, link))
    return path


def reports(results: Sequence[Result], standings: Mapping[str, Standing]) -> list[dict[str, Any]]:
    """What `--json` has of a class: the verdicts, and beside each where the student stands."""
    return [
        {
            **result.report(),
            "final": standings[result.student].to_json() if result.student in standings else None,
        }
        for result in results
    ]


def feedback_page(assignment: Assignment, student: str) -> Path:
    """Where nbgrader writes a student's feedback."""
    folders = assignment.settings.folders
    folder = folders.path(assignment.root, folders.feedback, assignment.name, student)
    return (folder / assignment.parts[0].file).with_suffix(".html")
