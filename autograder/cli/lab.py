"""Trusted side. `autograder lab`."""

import click

from autograder.cli.common import Invocation, json_option, pass_invocation
from autograder.course.storage import write_json
from autograder.showcase.lab import Server, guide, make_lab, serve


@click.command()
@click.option("--fresh", is_flag=True, help="Start from nothing; what was done in lab/ is deleted.")
@json_option
@pass_invocation
def lab(invocation: Invocation, fresh: bool, json_to: str | None) -> None:
    """Start JupyterLab twice, to try the instructor's and the student's part on one machine."""
    root = make_lab(invocation.course, fresh=fresh)
    click.echo("Starting JupyterLab for an instructor and for a student ...", err=True)

    def tell(servers: list[Server]) -> None:
        addresses = {server.role: server.url for server in servers}
        click.echo(guide(addresses, root), err=json_to == "-")
        write_json(json_to, addresses)

    serve(root, tell)
    click.echo("Both have stopped; 'make lab' goes on where you left off.", err=True)
