"""What one tier of isolation gives and another does not; docs/security.md says so."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.config import NUMPY
from autograder.sandbox import Box, Sandbox
from autograder.sandbox.forkserver import ForkServer
from autograder.sandbox.tiers import FULL
from tests.conftest import ASSIGNMENT, ROOT, Run
from tests.sandbox.boxes import QUICK, descendants, evaluate, raises


@pytest.fixture
def full_box(sandbox: Sandbox) -> Iterator[Box]:
    opened = sandbox.spawn(NUMPY, QUICK)
    yield opened
    opened.close()


def test_the_process_is_nobody_and_alone(full_box: Box) -> None:
    numbers = evaluate(full_box, "import os", "[os.getpid(), os.getuid(), os.getgid()]")
    assert numbers == [1, 1000, 1000]
    assert evaluate(full_box, "", "[os.getsid(0), os.getpgrp()]") == [1, 1], "a session of its own"
    assert evaluate(full_box, "", "sorted(os.listdir('/proc'))") == ["cpuinfo", "meminfo", "self"]


def test_number_of_files_is_bounded(full_box: Box) -> None:
    many = "[open(f'/tmp/{i}', 'w').close() for i in range(5000)]"
    assert raises(full_box, many) == "OSError"


def test_dead_fork_server_is_replaced() -> None:
    others = set(descendants(os.getpid()))
    with Sandbox(ROOT) as sandbox:
        sandbox.spawn(NUMPY).close()
        for pid in set(descendants(os.getpid())) - others:
            with suppress(ProcessLookupError):  # the supervisor of the box that was closed
                os.kill(pid, signal.SIGKILL)
        box = sandbox.spawn(NUMPY)
        assert evaluate(box, "", "1 + 1") == 2
        box.close()


def test_new_tier_or_framework_needs_no_more_than_its_record() -> None:
    flavour = replace(NUMPY, name="colours", preload=("colorsys:rgb_to_hsv",))
    server = ForkServer(flavour, ROOT, replace(FULL, name="another", otherwise=None))
    box = server.spawn(release=server.close)
    imported = "[name in sys.modules for name in ('colorsys', 'poplib')]"
    assert evaluate(box, "import sys", imported) == [True, False]
    box.close()


def test_grades_are_the_same_and_say_the_tier(
    course: Path, cli: Callable[..., Run], no_nesting: str
) -> None:
    path = ROOT / "solutions" / ASSIGNMENT / "reference.ipynb"
    command = ("autograder", "check", str(path), "-a", ASSIGNMENT, "--json", "report.json")
    done = cli(course, *command, env={**os.environ, "PATH": no_nesting})
    assert done.returncode == 0, done.stderr
    report = json.loads((course / "report.json").read_text())
    assert report["score"] == report["max_score"]
    assert report["isolation"] == "bubblewrap-each"
    assert "bubblewrap-each" in done.stdout
