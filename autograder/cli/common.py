"""Trusted side. What the commands share: options, and what was said before the command."""

from dataclasses import dataclass
from pathlib import Path

import click

from autograder.course.layout import Assignment, Course
from autograder.course.packages import refuse_missing

FINDINGS = 1

json_option = click.option(
    "--json", "json_to", metavar="FILE", help="Also write the report as JSON; '-' is stdout."
)
jobs_option = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    help="Submissions graded at a time; by default one for each processor.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """What was said before the command: a folder of the course, and whether to isolate."""

    folder: Path
    isolate: bool

    @property
    def course(self) -> Course:
        """The course in which the command was called, or that --course names.

        Raises:
            CourseError: if there is none.
        """
        return Course.find(self.folder)


def to_grade(course: Course, name: str) -> Assignment:
    """The assignment as it is graded; without hidden checks, as the gradebook knows it.

    Raises:
        CourseError: if there is no such assignment, the gradebook does not know it, or a package
            that the course promises is not installed.
        GradebookUnavailable: if the gradebook does not answer.
    """
    if course.is_sealed(name):
        found = course.assignment(name)
    else:
        # Not before: nbgrader takes seconds to import.
        from autograder.gradebook.originals import recorded  # noqa: PLC0415

        found = recorded(course, name)
    refuse_missing(found.settings.packages)
    return found


pass_invocation = click.make_pass_decorator(Invocation)


def with_tasks(course: Course) -> list[str]:
    """The assignments of one notebook in which there is something to test."""
    found = [course.assignment(name) for name in course.names()]
    return [one.name for one in found if one.tested and not one.several]
