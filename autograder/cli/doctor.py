"""Trusted side. `autograder doctor`."""

import sys

import click

from autograder.authoring.doctor import examine
from autograder.cli.common import Invocation, json_option, pass_invocation
from autograder.course.storage import write_json


@click.command()
@json_option
@pass_invocation
def doctor(invocation: Invocation, json_to: str | None) -> None:
    """Say what this machine can do, and what to do about what it cannot."""
    findings = examine(invocation.course.root)
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.fact}", err=json_to == "-")
        if not finding.ok:
            click.echo(f"      {finding.remedy}", err=json_to == "-")
    write_json(json_to, [finding.to_json() for finding in findings])
    sys.exit(next((finding.exit_code for finding in findings if not finding.ok), 0))
