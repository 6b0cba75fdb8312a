"""A real Dask scheduler and two real workers: results come back, whatever happens to a worker."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course.notebooks import cell_of
from tests.conftest import ASSIGNMENT, PATIENCE_S, SCRIPTS, Run, hand_in, notebook_of
from tests.workflow.conftest import Gate, hand_in_constant
from tests.workflow.dask_cluster import dask

STUDENTS = 8


@pytest.fixture
def handed_in(published: Path) -> Path:
    for number in range(STUDENTS - 1):
        notebook = notebook_of(published)
        cell_of(notebook, "dot_scores_answer")["source"] += f"# {number}"
        hand_in(published, f"student-{number}", notebook)
    hand_in_constant(published, "waits", 100)
    return published


def grade(address: str) -> list[str]:
    command = ["grade", ASSIGNMENT, "--scheduler", address, "--json", "report.json"]
    return [str(SCRIPTS / "autograder"), *command]


def test_workers_that_die_half_way_lose_nobodys_grade(handed_in: Path, tmp_path: Path) -> None:
    """First one of two; then the other, so that all that the workers knew of the course is gone."""
    gate = Gate(handed_in, 100)
    with (
        dask(tmp_path / "cluster", path=os.environ["PATH"]) as machines,
        subprocess.Popen(
            grade(machines.address), cwd=handed_in, stdout=subprocess.DEVNULL
        ) as grading,
    ):
        stored = handed_in / ".autograder" / "results"
        for worker, already in zip(machines.workers, (1, STUDENTS // 2), strict=True):
            while len(list(stored.glob("*.json"))) < already:
                assert grading.poll() is None, "it ended before that many were stored"
                time.sleep(0.01)
            worker.send_signal(signal.SIGKILL)
        machines.add_workers(1, path=os.environ["PATH"])
        gate.open()
        assert grading.wait(PATIENCE_S) == 0
    reports = json.loads((handed_in / "report.json").read_text())
    assert [report["score"] for report in reports] == [20] * (STUDENTS - 1) + [12]
    assert len(list(stored.glob("*.json"))) == STUDENTS


def test_worker_that_cannot_isolate_refuses(handed_in: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bin"  # everything but bubblewrap
    bare.mkdir()
    for program in Path("/usr/bin").iterdir():
        if program.name != "bwrap":
            (bare / program.name).symlink_to(program)
    with dask(tmp_path / "cluster", path=str(bare)) as machines:
        done = subprocess.run(
            grade(machines.address),
            cwd=handed_in,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
    assert done.returncode == 3
    assert "refuses: bubblewrap is not installed" in done.stderr
    assert "tcp://" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((handed_in / ".autograder").glob("results/*.json"))


def test_scheduler_that_is_not_there_is_said(handed_in: Path, cli: Callable[..., Run]) -> None:
    done = cli(handed_in, "autograder", "grade", ASSIGNMENT, "--scheduler", "tcp://127.0.0.1:1")
    assert done.returncode == 2
    assert "start one with 'dask scheduler'" in done.stderr
    assert "Traceback" not in done.stderr
