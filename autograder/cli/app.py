"""Trusted side. The command `autograder`: what all commands share, and where each one is."""

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any, cast

import click

from autograder.cli.common import Invocation
from autograder.cli.lazy import Lazy, LazyGroup
from autograder.errors import AutograderError

# jsonschema takes it if it is there, to check addresses, and its grammar takes a second to build.
# No notebook is checked for addresses, so it is as if it were not there.
sys.modules.setdefault("rfc3987_syntax", cast("Any", None))

_COMMANDS = {
    "check": "Grade one notebook and print the report; no gradebook is touched.",
    "data": "Data sets that tasks are judged on, and the thresholds that follow from them.",
    "demo": "Grade a simulated class in a course folder of its own, demo/.",
    "doctor": "Say what this machine can do, and what to do about what it cannot.",
    "export": "Write final scores as the gradebook has them, for a program that imports them.",
    "grade": "Grade what was submitted into nbgrader's gradebook and write the feedback.",
    "lab": "Start JupyterLab twice, to try the instructor's and the student's part on one machine.",
    "release": "Build the student release and the reference, and pass them through the gate.",
    "report": "Show a class as it was last graded, and write the page on it; nothing is run.",
    "verify": "Grade the bank of right, wrong and hostile submissions by the hidden checks.",
}


class _Main(LazyGroup):
    """Shows our errors as one line and their exit code, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _interrupt)
        try:
            return super().invoke(ctx)
        except AutograderError as error:
            click.echo(f"autograder: {error}", err=True)
            sys.exit(error.exit_code)
        except KeyboardInterrupt as interrupt:
            click.echo("autograder: interrupted; what was graded is stored", err=True)
            sys.exit(128 + (interrupt.args[0] if interrupt.args else signal.SIGINT))


def _interrupt(number: int, _frame: FrameType | None) -> None:
    """End as at Ctrl-C when a service manager or a batch system ends us, so that nothing is left.

    Raises:
        KeyboardInterrupt: always, with the number of the signal.
    """
    raise KeyboardInterrupt(number)


@click.group(
    cls=_Main,
    lazy={
        name: Lazy(module=f"autograder.cli.{name}", summary=summary)
        for name, summary in _COMMANDS.items()
    },
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--course",
    "folder",
    type=click.Path(path_type=Path),
    default=Path(),
    help="A folder of the course; the current one by default.",
)
@click.option(
    "--unsafe-no-sandbox",
    is_flag=True,
    help="Run notebooks unprotected. For your own only; every result is stamped.",
)
@click.version_option(package_name="autograder")
@click.pass_context
def main(ctx: click.Context, folder: Path, unsafe_no_sandbox: bool) -> None:
    """Grades notebooks sealed and fast, on top of nbgrader.

    Exit codes: 0 done, 1 findings, 2 usage or configuration, 3 this machine cannot isolate.
    """
    ctx.obj = Invocation(folder=folder, isolate=not unsafe_no_sandbox)


if __name__ == "__main__":
    main()
