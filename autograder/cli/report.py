"""Trusted side. `autograder report`."""

import click

from autograder.cli.common import Invocation, json_option, pass_invocation
from autograder.course.storage import write_json
from autograder.gradebook.shared import shared_classroom
from autograder.gradebook.standing import standings_of
from autograder.gradebook.writer import reports, write_class_page
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
    standings = standings_of(assignment)
    show_class(out, results, standings=standings)
    say(out, f"the class  {write_class_page(assignment, results, standings)}")
    write_json(json_to, reports(results, standings))
