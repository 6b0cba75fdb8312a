"""Trusted side. `autograder data calibrate`."""

import click

from autograder.authoring.calibrate import calibrate as train
from autograder.authoring.calibrate import write_thresholds
from autograder.cli.common import Invocation, json_option, pass_invocation
from autograder.course.dataset import DataStore
from autograder.course.storage import write_json
from autograder.report.terminal import console, progress, say


@click.command()
@click.argument("assignment_name", metavar="ASSIGNMENT")
@click.option("-n", "--name", "names", multiple=True, help="Only this data set; repeatable.")
@click.option("--seeds", default=5, show_default=True, help="How many models of each kind.")
@json_option
@pass_invocation
def calibrate(
    invocation: Invocation,
    assignment_name: str,
    names: tuple[str, ...],
    seeds: int,
    json_to: str | None,
) -> None:
    """Train the reference over several seeds and write thresholds.toml; takes minutes to hours."""
    assignment = invocation.course.assignment(assignment_name)
    wanted = names or DataStore(assignment).names
    out = console(json_on_stdout=json_to == "-")
    found = []
    with progress(out, assignment_name, 2 * seeds * len(wanted)) as tick:
        for name in wanted:
            found.append(train(assignment, name, range(1, seeds + 1), tick))
            path = write_thresholds(assignment, found)  # what took long is kept at once
    for one in found:
        say(
            out,
            f"{one.name}: points from {one.lower} to {one.full}; a reference misses full points "
            f"with a chance of {one.chance_of_missing:.4f}",
        )
    say(out, f"written to {path}")
    write_json(json_to, [one.to_json() for one in found])
