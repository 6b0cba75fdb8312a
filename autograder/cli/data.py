"""Trusted side. `autograder data …`: the data sets that tasks are judged on."""

from pathlib import Path

import click

from autograder.cli.common import Invocation, json_option, pass_invocation
from autograder.cli.lazy import Lazy, LazyGroup
from autograder.course.dataset import DataStore
from autograder.course.layout import Assignment, Course
from autograder.course.storage import write_json
from autograder.errors import CourseError


@click.group(
    cls=LazyGroup,
    lazy={
        "calibrate": Lazy(
            module="autograder.cli.calibrate",
            summary="Train the reference over several seeds and write thresholds.toml; takes "
            "minutes to hours.",
        )
    },
)
def data() -> None:
    """Data sets that tasks are judged on, and the thresholds that follow from them."""


@data.command()
@json_option
@pass_invocation
def status(invocation: Invocation, json_to: str | None) -> None:
    """Say which data sets are here, how many hidden examples they have, and their checksums."""
    found = []
    for assignment, store in _stores(invocation.course):
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
@pass_invocation
def import_(invocation: Invocation, folder: Path) -> None:
    """Take a data set from the files in FOLDER, for machines that cannot download it."""
    for assignment, store in _stores(invocation.course):
        click.echo(f"{assignment.name}: {store.read(folder)} is here now")


@data.command()
@click.option("-n", "--name", "names", multiple=True, help="Only this data set; repeatable.")
@click.option("--renew", is_flag=True, help="Make other hidden examples, from a new secret seed.")
@pass_invocation
def fetch(invocation: Invocation, names: tuple[str, ...], renew: bool) -> None:
    """Download the data sets, or make those again that are made here, as they were."""
    for assignment, store in _stores(invocation.course):
        for name in names or store.names:
            changed = store.fetch(name, renew=renew)
            click.echo(f"{assignment.name}: {name} is here now")
            if changed:
                click.echo("Its hidden examples have changed: grade again what was graded on them.")


def _stores(course: Course) -> list[tuple[Assignment, DataStore]]:
    assignments = [course.assignment(name) for name in course.names()]
    found = [(a, DataStore(a)) for a in assignments if DataStore.declared_by(a)]
    if not found:
        raise CourseError("no assignment of this course is judged on data")
    return found
