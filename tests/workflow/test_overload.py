"""Limits count processor time: on a machine that is far too busy everybody gets the same grade."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.course.notebooks import cell_of
from tests.conftest import ASSIGNMENT, Run, hand_in, notebook_of

BUSY = 2 * (os.cpu_count() or 1)
STUDENTS = 16  # enough for four at a time
ODD = {
    # Honest, and slow enough to be late by any clock on the wall.
    "slow": """
import time
def dot_scores(query, keys, seen=[]):
    while not seen and time.process_time() < 3:
        pass
    seen.append(1)
    return (query[:, None] * keys).sum(-1)
""",
    "runaway": """
def dot_scores(query, keys):
    while True:
        pass
""",
    "hungry": """
def dot_scores(query, keys):
    return np.ones((1 << 40,))
""",
}


@pytest.fixture
def busy_machine() -> Iterator[None]:
    """Twice as many processes that only compute as there are processors."""
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY)]
    yield
    for hog in hogs:
        hog.kill()
        hog.wait()


@pytest.fixture
def handed_in(published: Path) -> Path:
    students = [*ODD, *(f"usual-{number}" for number in range(STUDENTS - len(ODD)))]
    for student in students:
        notebook = notebook_of(published, "source")
        cell = cell_of(notebook, "dot_scores_answer")
        if student in ODD:
            cell["source"] = ODD[student]
        else:
            cell["source"] += f"# {student}"
        hand_in(published, student, notebook)
    return published


@pytest.mark.nightly
@pytest.mark.usefixtures("busy_machine")
def test_busy_machine_changes_no_grade(handed_in: Path, cli: Callable[..., Run]) -> None:
    reports = []
    for jobs in ("4", "1"):
        command = ("grade", ASSIGNMENT, "--jobs", jobs, "--json", f"{jobs}.json")
        done = cli(handed_in, "autograder", *command)
        assert done.returncode == 0, done.stdout + done.stderr
        reports.append((handed_in / f"{jobs}.json").read_text())
        for kept in ("results", "recordings"):
            for file in (handed_in / ".autograder" / kept).iterdir():
                file.unlink()  # so that the next one grades again
    assert reports[0] == reports[1]
    scores = {report["student"]: report["score"] for report in json.loads(reports[0])}
    assert scores.pop("runaway") == scores.pop("hungry") == 12
    assert set(scores.values()) == {20}
