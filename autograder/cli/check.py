"""Trusted side. `autograder check`."""

import sys
from contextlib import closing
from pathlib import Path

import click

from autograder.cli.common import FINDINGS, Invocation, json_option, pass_invocation, to_grade
from autograder.course.layout import Assignment
from autograder.course.storage import write_json
from autograder.errors import CourseError
from autograder.grading.local import Graders, Work
from autograder.grading.one import grade, lost
from autograder.report.terminal import console, show_result
from autograder.sandbox import Sandbox
from autograder.submission.handed_in import read_handed_in
from autograder.submission.reading import Submission, read_submission


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-a", "--assignment", "name", required=True, help="The assignment that it belongs to."
)
@json_option
@pass_invocation
def check(invocation: Invocation, file: Path, name: str, json_to: str | None) -> None:
    """Grade one notebook and print the report; no gradebook is touched."""
    course = invocation.course
    assignment = to_grade(course, name)
    submission = _read(file, assignment)
    with (
        Sandbox(course.root, isolate=invocation.isolate) as sandbox,
        closing(Graders(sandbox)) as graders,
    ):
        graders.expect(submission.flavour)
        work = Work(do=grade, lost=lambda s: lost(assignment, s.student, sandbox.isolation))
        result = graders.one(assignment, work, submission)
    show_result(console(json_on_stdout=json_to == "-"), result)
    write_json(json_to, result.report())
    sys.exit(0 if result.score is not None else FINDINGS)


def _read(file: Path, assignment: Assignment) -> Submission:
    """The file; where the assignment has several notebooks, with the others beside it.

    Raises:
        CourseError: if it is none of several notebooks.
        NotebookError: if nothing can be made of it.
    """
    if not assignment.several:
        return read_submission(file, assignment, student=file.stem)
    names = [part.file for part in assignment.several]
    if file.name not in names:
        raise CourseError(
            f"{file.name} is none of the notebooks of {assignment.name}; name it as one of them: "
            f"{', '.join(names)}"
        )
    return read_handed_in(file, assignment, student=file.parent.name)
