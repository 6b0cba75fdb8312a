"""Where namespaces cannot be nested, each box gets a bubblewrap of its own and is as tight.

Ubuntu's AppArmor profile for bubblewrap makes such machines. Here a bubblewrap stands for it whose
children may not call unshare.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyseccomp
import pytest

from tests.conftest import ASSIGNMENT, ROOT, SCRIPTS, Run

# What this tier does not give, or how it differs; docs/security.md says so.
DIFFERENT = (
    "test_the_process_is_nobody_and_alone",  # the numbers are others, and not its alone
    "test_number_of_files_is_bounded",
    "test_dead_fork_server_is_replaced",  # there is none that could outlive a box
)


@pytest.fixture
def cannot_nest(tmp_path: Path) -> dict[str, str]:
    """An environment in which what bubblewrap starts can make no namespaces."""
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    rules.add_rule(pyseccomp.ERRNO(1), "unshare")
    folder = tmp_path / "bin"
    folder.mkdir()
    with (folder / "filter").open("wb") as file:
        rules.export_bpf(file)
    wrapper = folder / "bwrap"
    wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("bwrap")} --seccomp 9 "$@" 9<"$0.filter"\n')
    (folder / "filter").rename(folder / "bwrap.filter")
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
    return {**os.environ, "PATH": f"{folder}:{SCRIPTS}:{os.environ['PATH']}"}


def test_every_sandbox_test_but_a_few_passes(cannot_nest: dict[str, str]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    file = "tests/sandbox/test_box.py"
    for name in DIFFERENT:
        command += ["--deselect", f"{file}::{name}"]
    done = subprocess.run(
        [*command, file], cwd=ROOT, env=cannot_nest, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert f"{len(DIFFERENT)} deselected" in done.stdout


def test_box_of_this_tier_sees_no_process_and_has_few_rights(cannot_nest: dict[str, str]) -> None:
    code = (
        "from pathlib import Path; from autograder.sandbox import self_test\n"
        "from autograder.sandbox.tiers import EACH\n"
        f"assert self_test(Path({str(ROOT)!r})) is EACH"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=cannot_nest, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_grades_are_the_same_and_say_the_tier(
    course: Path, cli: Callable[..., Run], cannot_nest: dict[str, str]
) -> None:
    path = ROOT / "solutions" / ASSIGNMENT / "reference.ipynb"
    command = ("autograder", "check", str(path), "-a", ASSIGNMENT, "--json", "report.json")
    done = cli(course, *command, env=cannot_nest)
    assert done.returncode == 0, done.stderr
    report = json.loads((course / "report.json").read_text())
    assert report["score"] == report["max_score"]
    assert report["isolation"] == "bubblewrap-each"
    assert "bubblewrap-each" in done.stdout
