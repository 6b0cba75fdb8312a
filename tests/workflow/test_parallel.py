"""Several submissions at a time: the same grades, and a process that dies loses nobody's."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ASSIGNMENT, SCRIPTS, Run, cell_of, hand_in, notebook_of

STUDENTS = 10
WRONG = "def dot_scores(query, keys):\n    return {}\n"


@pytest.fixture
def handed_in(course: Path, cli: Callable[..., Run]) -> Path:
    """A released course with submissions that all differ."""
    done = cli(course, "nbgrader", "generate_assignment", ASSIGNMENT, "--force")
    assert done.returncode == 0, done.stderr
    for number in range(STUDENTS):
        notebook = notebook_of(course, "source")
        if number % 2:
            cell_of(notebook, "dot_scores_answer")["source"] = WRONG.format(number)
        else:
            cell_of(notebook, "dot_scores_answer")["source"] += f"# {number}"
        hand_in(course, f"student-{number}", notebook)
    return course


def expected() -> dict[str, float]:
    return {f"student-{number}": 12 if number % 2 else 20 for number in range(STUDENTS)}


def scores(report: Path) -> dict[str, float]:
    return {one["student"]: one["score"] for one in json.loads(report.read_text())}


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def workers(pid: int) -> list[int]:
    """The processes that grade: multiprocessing's server forks them."""
    lines = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in children(pid)}
    (server,) = (child for child, line in lines.items() if b"multiprocessing.forkserver" in line)
    return children(server)


def test_two_at_a_time_give_the_same_report(handed_in: Path, cli: Callable[..., Run]) -> None:
    reports = []
    for jobs in ("2", "1"):
        file = handed_in / f"jobs-{jobs}.json"
        done = cli(handed_in, "autograder", "grade", ASSIGNMENT, "--jobs", jobs, "--json", file)
        assert done.returncode == 0, done.stdout + done.stderr
        reports.append(file.read_bytes())
        for stored in (handed_in / ".autograder" / "results").glob("*.json"):
            stored.unlink()  # so that the next one grades again
    assert reports[0] == reports[1]
    assert scores(handed_in / "jobs-1.json") == expected()


def test_killed_process_loses_nobodys_grade(handed_in: Path) -> None:
    command = [str(SCRIPTS / "autograder"), "grade", ASSIGNMENT, "--jobs", "2", "--json", "r.json"]
    with subprocess.Popen(command, cwd=handed_in, stdout=subprocess.DEVNULL) as grading:
        stored = handed_in / ".autograder" / "results"
        while not list(stored.glob("*.json")):
            assert grading.poll() is None, "it ended before anything was stored"
            time.sleep(0.01)
        victims = workers(grading.pid)
        assert len(victims) == 2
        os.kill(victims[0], signal.SIGKILL)
        assert grading.wait(300) == 0
    assert scores(handed_in / "r.json") == expected()
