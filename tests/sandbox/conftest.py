"""Boxes of every tier of isolation; what a hidden check is led to do."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyseccomp
import pytest

from autograder.config import NUMPY
from autograder.sandbox import Box, Sandbox
from autograder.sandbox.tiers import EACH, FULL, Tier
from tests.conftest import ASSIGNMENT, ROOT, SCRIPTS, Run
from tests.sandbox.boxes import QUICK

CHECK = "\n\n@points(0)\ndef check_that_is_led_astray(student):\n    {}\n"
Judge = Callable[..., tuple[str, dict[str, Any]]]


@pytest.fixture(scope="session")
def no_nesting(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which what bubblewrap starts can make no namespaces.

    Ubuntu's AppArmor profile for bubblewrap makes such machines. Here a bubblewrap stands for it
    whose children may not call unshare.
    """
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    rules.add_rule(pyseccomp.ERRNO(1), "unshare")
    wrapper = tmp_path_factory.mktemp("bin") / "bwrap"
    with wrapper.with_suffix(".filter").open("wb") as file:
        rules.export_bpf(file)
    wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("bwrap")} --seccomp 9 "$@" 9<"$0.filter"\n')
    wrapper.chmod(0o755)
    return f"{wrapper.parent}:{SCRIPTS}:{os.environ['PATH']}"


@pytest.fixture(scope="module", params=[FULL, EACH], ids=lambda tier: tier.name)
def tier(request: pytest.FixtureRequest, no_nesting: str) -> Iterator[Tier]:
    """A tier of isolation, on a machine that gives no better one."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param is not FULL:
            patch.setenv("PATH", no_nesting)
        yield request.param


@pytest.fixture(scope="module")
def tiered(tier: Tier, request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of each tier in turn; what a box of one guarantees, a box of the other does."""
    if tier is FULL:
        yield request.getfixturevalue("sandbox")
        return
    with Sandbox(ROOT) as opened:
        yield opened
        assert opened.tier is tier


@pytest.fixture
def box(tiered: Sandbox) -> Iterator[Box]:
    """A box that the test may use up."""
    opened = tiered.spawn(NUMPY, QUICK)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def shared_box(tiered: Sandbox) -> Iterator[Box]:
    """A box that other tests have looked at before, for a test that leaves it as it was."""
    opened = tiered.spawn(NUMPY, QUICK)
    yield opened
    opened.close()


@pytest.fixture
def judged(course: Path, cli: Callable[..., Run]) -> Judge:
    """What is said of the reference, judged with one more check that does something else."""

    def judge(act: str, **environment: str) -> tuple[str, dict[str, Any]]:
        file = course / "tests" / "hidden" / ASSIGNMENT / "check_dot_scores.py"
        file.write_text(file.read_text() + CHECK.format(act))
        notebook = ROOT / "solutions" / ASSIGNMENT / "reference.ipynb"
        command = ("autograder", "check", str(notebook), "-a", ASSIGNMENT, "--json", "report.json")
        done = cli(course, *command, env={**os.environ, **environment})
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        report: dict[str, Any] = json.loads((course / "report.json").read_text())
        assert report["status"] == "needs_review"
        assert report["score"] is None
        return " ".join(done.stdout.split()), report

    return judge
