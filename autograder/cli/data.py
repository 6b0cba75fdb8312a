"""Trusted side. `autograder data …`: the data sets that tasks are judged on, and thresholds."""

from pathlib import Path
from typing import Any

import click

from autograder.cli.common import json_option
from autograder.errors import CourseError

_name = click.option("-n", "--name", "names", multiple=True, help="Only this data set; repeatable.")


@click.group()
def data() -> None:
    """Data sets that tasks are judged on, and the thresholds that follow from them."""


@data.command()
@json_option
@click.pass_obj
def status(obj: dict[str, Any], json_to: str | None) -> None:
    """Say which data sets are here, how many hidden examples they have, and their checksums."""
    from autograder.course.storage import write_json

    found = []
    for assignment, store in _stores(obj["folder"]):
        for stored in store.status():
            chosen = ", graded on" if stored.graded_on else ""
            fact = f"{stored.count:,} hidden examples, SHA-256 {stored.checksum}"
            click.echo(
                f"{assignment.name}  {stored.name}{chosen}: "
                f"{fact if stored.checksum else stored.remedy}",
                err=json_to == "-",
            )
            found.append({"assignment": assignment.name, **stored.to_json()})
    write_json(json_to, found)


@data.command("import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.pass_obj
def import_(obj: dict[str, Any], folder: Path) -> None:
    """Take a data set from the files in FOLDER, for machines that cannot download it."""
    for assignment, store in _stores(obj["folder"]):
        click.echo(f"{assignment.name}: {store.read(folder)} is here now")


@data.command()
@_name
@click.option("--renew", is_flag=True, help="Make other hidden examples, from a new secret seed.")
@click.pass_obj
def fetch(obj: dict[str, Any], names: tuple[str, ...], renew: bool) -> None:
    """Download the data sets, or make those again that are made here, as they were."""
    for assignment, store in _stores(obj["folder"]):
        for name in names or store.names:
            changed = store.fetch(name, renew=renew)
            click.echo(f"{assignment.name}: {name} is here now")
            if changed:
                click.echo("Its hidden examples have changed: what is graded on them is due again.")


@data.command()
@click.argument("assignment_name", metavar="ASSIGNMENT")
@_name
@click.option("--seeds", default=5, show_default=True, help="How many models of each kind.")
@json_option
@click.pass_obj
def calibrate(
    obj: dict[str, Any],
    assignment_name: str,
    names: tuple[str, ...],
    seeds: int,
    json_to: str | None,
) -> None:
    """Train the reference over several seeds and write thresholds.toml; takes minutes to hours."""
    from autograder.authoring.calibrate import calibrate as train
    from autograder.authoring.calibrate import write_thresholds
    from autograder.course.dataset import DataStore
    from autograder.course.layout import Course
    from autograder.course.storage import write_json
    from autograder.report.terminal import console, progress

    assignment = Course.find(obj["folder"]).assignment(assignment_name)
    wanted = names or DataStore(assignment).names
    out = console(json_on_stdout=json_to == "-")
    found = []
    with progress(out, assignment_name, 2 * seeds * len(wanted)) as tick:
        for name in wanted:
            found.append(train(assignment, name, range(1, seeds + 1), tick))
            path = write_thresholds(assignment, found)  # what took long is kept at once
    for one in found:
        out.print(
            f"{one.name}: points from {one.lower} to {one.full}; a reference misses full points "
            f"with a chance of {one.chance_of_missing:.4f}",
            markup=False,
        )
    out.print(f"written to {path}", markup=False)
    write_json(json_to, [one.to_json() for one in found])


def _stores(folder: Path) -> list[tuple[Any, Any]]:
    from autograder.course.dataset import DataStore
    from autograder.course.layout import Course

    course = Course.find(folder)
    assignments = [course.assignment(name) for name in course.names()]
    found = [(a, DataStore(a)) for a in assignments if DataStore.declared_by(a)]
    if not found:
        raise CourseError("no assignment of this course is judged on data")
    return found
