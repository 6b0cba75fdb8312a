"""Trusted side. `autograder report`."""

import click

from autograder.cli.common import Invocation, json_option, pass_invocation
from autograder.course.storage import write_json
from autograder.gradebook.shared import shared_classroom
from autograder.gradebook.writer import write_class_page
from autograder.report.terminal import console, say, show_class


@click.command()
@click.argument("name", metavar="ASSIGNMENT")
@json_option
@pass_invocation
def report(invocation: Invocation, name: str, json_to: str | None) -> None:
    """Show a class as it was last graded, and write the page on it; nothing is run."""
    course, out = invocation.course, console(json_on_stdout=json_to == "-")
    assignment = course.assignment(name)
    results = shared_classroom(course.root).written(assignment)
    show_class(out, results)
    say(out, f"the class  {write_class_page(assignment, results)}")
    write_json(json_to, [result.report() for result in results])
