"""Trusted side. `autograder verify`."""

import sys
from contextlib import nullcontext
from pathlib import Path

import click

from autograder.authoring.bank import Bank
from autograder.authoring.bank import verify as verify_bank
from autograder.authoring.verdicts import sole_author
from autograder.cli.common import (
    FINDINGS,
    Invocation,
    jobs_option,
    json_option,
    pass_invocation,
    with_tasks,
)
from autograder.course.storage import write_json
from autograder.grading.local import processors
from autograder.report.terminal import console, progress, show_bank
from autograder.sandbox import Sandbox


@click.command()
@click.argument("assignments", nargs=-1)
@click.option(
    "--bank", type=click.Path(path_type=Path), help="Use this folder instead of solutions/."
)
@click.option("--again", is_flag=True, help="Grade every entry, also where the verdict is known.")
@jobs_option
@json_option
@pass_invocation
def verify(
    invocation: Invocation,
    assignments: tuple[str, ...],
    bank: Path | None,
    again: bool,
    jobs: int | None,
    json_to: str | None,
) -> None:
    """Grade the bank of right, wrong and hostile submissions by the hidden checks.

    Entries whose verdict still holds are not graded: solutions/<assignment>/verdicts.json has it.
    """
    course, out = invocation.course, console(json_on_stdout=json_to == "-")
    reports = []
    with Sandbox(course.root, isolate=invocation.isolate) as sandbox:
        for name in assignments or with_tasks(course):
            assignment = course.assignment(name)
            with nullcontext() if bank else sole_author(assignment):
                entries = Bank(assignment, bank, again=again)
                with progress(out, name, len(entries.due)) as tick:
                    report = verify_bank(
                        entries, sandbox, lambda entry: tick(entry.path), jobs=jobs or processors()
                    )
            show_bank(out, report)
            reports.append(report)
    found = [report.to_json() for report in reports]
    write_json(json_to, found[0] if len(found) == 1 else found)
    sys.exit(0 if all(report.ok for report in reports) else FINDINGS)
