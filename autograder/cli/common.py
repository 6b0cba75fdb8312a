"""Trusted side. What the commands share: options, the course, a sandbox, JSON."""

from typing import Any

import click

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


def the_course(obj: dict[str, Any]) -> Any:
    """The course in which the command was called, or that --course names."""
    from autograder.course.layout import Course

    return Course.find(obj["folder"])


def a_sandbox(obj: dict[str, Any]) -> Any:
    from autograder.sandbox import Sandbox

    return Sandbox(the_course(obj).root, isolate=obj["isolate"])


def report_json(target: str | None, data: Any) -> None:
    """Write a report where --json says, if it says anything."""
    from autograder.course.storage import write_json

    write_json(target, data)
