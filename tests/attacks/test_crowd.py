"""Honest and hostile submissions in one batch: nobody's grade is touched, and nothing is left."""

import json
import os
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.specimen import solved, with_answer
from autograder.course.layout import Course
from autograder.sandbox.policy import SANDBOX_UID
from tests.attacks.entries import attacks
from tests.conftest import ASSIGNMENT, NIGHTLY, ROOT, Run, hand_in

SIZE = 500 if NIGHTLY else 24
WRONG = "dot_scores__arguments_swapped.py"
BROKEN = {
    "cut": b'{"cells": [{"cell_type": "code", "sou',
    "empty": b"",
    "no-notebook": b"[1, 2, 3]",
    "nested": b"[" * 100_000,
    "large": b" " * (60 << 20),
}


def honest(number: int) -> dict[str, Any]:
    """A right submission or, every other time, one with a mistake; each is a little different."""
    assignment = Course(root=ROOT).assignment(ASSIGNMENT)
    whole = solved(assignment)
    wrong = (ROOT / "solutions" / ASSIGNMENT / "wrong" / WRONG).read_text()
    notebook = with_answer(whole, "dot_scores", wrong) if number % 2 else whole
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    first["source"] += f"\n# {number}"
    return notebook


def hostile() -> list[tuple[str, dict[str, Any] | bytes]]:
    """Every attack of the bank that is a notebook or one cell, and files that are no notebooks."""
    whole = solved(Course(root=ROOT).assignment(ASSIGNMENT))
    found: list[tuple[str, dict[str, Any] | bytes]] = list(BROKEN.items())
    for attack in attacks(ASSIGNMENT):
        if attack.path.suffix == ".py":
            found.append((attack.name, with_answer(whole, attack.task, attack.path.read_text())))
        elif attack.path.suffix == ".ipynb":
            found.append((attack.name, attack.path.read_bytes()))
    return found


def traces() -> dict[str, Any]:
    """What a submission could leave on the machine; what other programs do meanwhile is not."""
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    segments = [line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
    return {
        "mounts": [line for line in mounts if "pytest" not in line],
        "cgroups": [p for p in Path("/sys/fs/cgroup").rglob("*/") if is_of_a_box(p)],
        "files": [p for p in Path("/dev/shm").iterdir() if is_of_a_box(p)],
        "segments": [segment for segment in segments if segment[7] == str(SANDBOX_UID)],
    }


def is_of_a_box(path: Path) -> bool:
    try:
        return path.lstat().st_uid == SANDBOX_UID
    except OSError:
        return False  # gone meanwhile: another program's


def processes_with(mark: str) -> list[str]:
    """The command lines of processes in whose environment `mark` stands."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # not ours to see, or ended
    return found


def test_crowd_changes_no_honest_grade_and_leaves_nothing(
    published: Path, cli: Callable[..., Run], tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for number in range(SIZE // 2):
        hand_in(published, f"honest-{number:03}", honest(number))
    crowd = islice(cycle(hostile()), SIZE // 2)
    for number, (name, notebook) in enumerate(crowd):
        hand_in(published, f"hostile-{number:03}-{name.replace('_', '-')}", notebook)
    before = traces()
    command = ("autograder", "grade", ASSIGNMENT, "--jobs", "2", "--json", "report.json")
    done = cli(published, *command, env={**os.environ, "TMPDIR": str(temporary)}, timeout=3_600)
    assert done.returncode in (0, 1), done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    reports = {one["student"]: one for one in json.loads((published / "report.json").read_text())}
    assert len(reports) == 2 * (SIZE // 2)
    for number in range(SIZE // 2):
        assert reports[f"honest-{number:03}"]["score"] == (12 if number % 2 else 20)
    assert not list(temporary.iterdir())
    assert not processes_with(str(temporary))
    assert traces() == before


@pytest.mark.parametrize("number", [0, 1])
def test_honest_ones_get_the_same_alone(course: Path, cli: Callable[..., Run], number: int) -> None:
    path = course / "alone.ipynb"
    path.write_text(json.dumps(honest(number)))
    done = cli(course, "autograder", "check", str(path), "-a", ASSIGNMENT, "--json", "report.json")
    assert done.returncode == 0, done.stderr
    score = json.loads((course / "report.json").read_text())["score"]
    assert score == (12 if number % 2 else 20)
