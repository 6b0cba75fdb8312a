"""The command line answers at once, and its help says of each command what the command says."""

import inspect
import subprocess
import sys

import click
import pytest

from autograder.cli.app import main
from autograder.cli.lazy import LazyGroup

HEAVY = {"IPython", "nbgrader", "numpy", "pytest", "rich", "tensorflow"}


def test_help_imports_no_command_and_nothing_heavy() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom autograder.cli.app import main\n"
        "done = CliRunner().invoke(main, ['--help'])\n"
        "assert done.exit_code == 0\nassert 'verify' in done.output\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert not HEAVY & imported
    assert {name for name in imported if name.startswith("autograder.cli.")} == {
        "autograder.cli.app",
        "autograder.cli.common",
        "autograder.cli.lazy",
    }


def lazy_commands() -> list[tuple[LazyGroup, str]]:
    data = main.get_command(click.Context(main), "data")
    groups = [group for group in (main, data) if isinstance(group, LazyGroup)]
    return [(group, name) for group in groups for name in group.lazy]


@pytest.mark.parametrize(("group", "name"), lazy_commands())
def test_summary_is_what_the_command_says_of_itself(group: LazyGroup, name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    said = inspect.cleandoc(command.help or "").partition("\n\n")[0]
    assert group.lazy[name].summary == " ".join(said.split())


def test_command_that_is_not_there_is_none() -> None:
    assert main.get_command(click.Context(main), "dance") is None
