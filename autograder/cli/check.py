"""Trusted side. `autograder check`."""

import sys
from contextlib import closing
from pathlib import Path

import click

from autograder.cli.common import FINDINGS, Invocation, json_option, pass_invocation
from autograder.course.storage import write_json
from autograder.grading.local import Graders, Work
from autograder.grading.one import grade, lost
from autograder.report.terminal import console, show_result
from autograder.sandbox import Sandbox
from autograder.submission.reading import read_submission


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
    assignment = course.assignment(name)
    submission = read_submission(file, assignment, student=file.stem)
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
