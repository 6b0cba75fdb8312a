"""Trusted side. `autograder demo`."""

from collections.abc import Mapping

import click
from rich.console import Console

from autograder.cli.common import Invocation, json_option, pass_invocation, with_tasks
from autograder.course.layout import Assignment
from autograder.course.storage import write_json
from autograder.gradebook.standing import standings_of
from autograder.gradebook.writer import ClassReport, feedback_page, write_class_page
from autograder.grading.local import processors
from autograder.report.score import Standing
from autograder.report.terminal import console, line_of, progress, say, show_class
from autograder.showcase.demo import CLASS_SIZE, make_demo_course, simulate_class


@click.command()
@click.argument("name", metavar="[ASSIGNMENT]", required=False)
@json_option
@pass_invocation
def demo(invocation: Invocation, name: str | None, json_to: str | None) -> None:
    """Grade a simulated class in a course folder of its own, demo/."""
    course, out = invocation.course, console(json_on_stdout=json_to == "-")
    names = [name] if name else with_tasks(course)
    demo_course, bank = make_demo_course(course), course.root / "solutions"
    reports = []
    for each in names:
        assignment = demo_course.assignment(each)
        with progress(out, each, CLASS_SIZE) as tick:
            report = simulate_class(
                assignment, bank, lambda one: tick(line_of(one)), jobs=processors()
            )
        standings = standings_of(assignment)
        show_class(out, report.results, report.unwritten, standings)
        _say_where_it_is(out, assignment, report, standings)
        reports += [result.report() for result in report.results]
    write_json(json_to, reports)


def _say_where_it_is(
    out: Console, assignment: Assignment, report: ClassReport, standings: Mapping[str, Standing]
) -> None:
    first, *others = report.results
    say(out, f"gradebook  {assignment.root / 'gradebook.db'}")
    say(out, f"feedback   {feedback_page(assignment, first.student)}")
    say(out, f"           and {len(others)} more beside it")
    say(out, f"the class  {write_class_page(assignment, report.results, standings)}")
