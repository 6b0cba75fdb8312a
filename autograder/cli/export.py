"""Trusted side. `autograder export`."""

import sys
from pathlib import Path

import click

from autograder.cli.common import FINDINGS, Invocation, json_option, pass_invocation
from autograder.course.storage import write_atomically, write_json
from autograder.gradebook.export import FORMATS, scores_for
from autograder.report.score import State
from autograder.report.terminal import console, say


@click.command()
@click.argument("name", metavar="ASSIGNMENT")
@click.option("--to", "program", type=click.Choice(sorted(FORMATS)), required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; ASSIGNMENT-PROGRAM.csv in the current folder by default.",
)
@json_option
@pass_invocation
def export(
    invocation: Invocation, name: str, program: str, output: Path | None, json_to: str | None
) -> None:
    """Write final scores as the gradebook has them, for a program that imports them.

    Who has no final score, since nobody has decided it, has an empty cell and is named.
    """
    out = console(json_on_stdout=json_to == "-")
    text, without = scores_for(invocation.course.assignment(name), program)
    path = output or Path(f"{name}-{program}.csv")
    write_atomically(path, text)
    for standing in without:
        say(out, f"{standing.student} has no score: {standing.why}")
    say(out, f"scores     {path}")
    reasons = {standing.student: standing.why for standing in without}
    write_json(json_to, {"file": str(path), "without_score": reasons})
    sys.exit(FINDINGS if any(one.state is State.OPEN for one in without) else 0)
