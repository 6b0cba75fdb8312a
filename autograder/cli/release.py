"""Trusted side. `autograder release`."""

import sys

import click
from rich.console import Console

from autograder.cli.common import FINDINGS, Invocation, json_option, pass_invocation
from autograder.course.layout import Course
from autograder.course.storage import write_json
from autograder.gradebook.build import build_release
from autograder.report.terminal import console, say
from autograder.sandbox import Sandbox


@click.command()
@click.argument("assignments", nargs=-1)
@click.option("--again", is_flag=True, help="Run reference and gate, also where nothing changed.")
@json_option
@pass_invocation
def release(
    invocation: Invocation, assignments: tuple[str, ...], again: bool, json_to: str | None
) -> None:
    """Build the student release and the reference, and pass them through the gate."""
    course, out = invocation.course, console(json_on_stdout=json_to == "-")
    reports = []
    with Sandbox(course.root, isolate=invocation.isolate) as sandbox:
        for name in assignments or _of_one_notebook(course, out):
            report = build_release(course.assignment(name), sandbox, again=again)
            for problem in report.problems:
                say(out, f"{name}: {problem}")
            if report.ok:
                say(out, f"{name}: released as {report.release}")
            reports.append(report)
    write_json(json_to, [report.to_json() for report in reports])
    sys.exit(0 if all(report.ok for report in reports) else FINDINGS)


def _of_one_notebook(course: Course, out: Console) -> list[str]:
    """The assignments of the course, without those that nbgrader alone can build."""
    several = [name for name in course.names() if course.assignment(name).several]
    for name in several:
        say(out, f"{name}: has several notebooks; run 'nbgrader generate_assignment {name}'")
    return [name for name in course.names() if name not in several]
