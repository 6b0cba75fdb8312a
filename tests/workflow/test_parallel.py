"""Several submissions at a time: the same grades, and a process that dies loses nobody's."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

import pytest

from autograder.course.notebooks import cell_of
from tests.conftest import ASSIGNMENT, PATIENCE_S, SCRIPTS, Run, hand_in, notebook_of
from tests.workflow.conftest import (
    INTERRUPTED,
    Gate,
    hand_in_constant,
    left_behind,
    scores_in,
)

STUDENTS = 10


@pytest.fixture
def handed_in(published: Path) -> Path:
    """A released course with submissions that all differ."""
    for number in range(STUDENTS):
        if number % 2:
            hand_in_constant(published, f"student-{number}", number)
        else:
            notebook = notebook_of(published, "source")
            cell_of(notebook, "dot_scores_answer")["source"] += f"# {number}"
            hand_in(published, f"student-{number}", notebook)
    return published


def expected() -> dict[str, float]:
    return {f"student-{number}": 12 if number % 2 else 20 for number in range(STUDENTS)}


def scores(report: Path) -> dict[str, float]:
    return {one["student"]: one["score"] for one in json.loads(report.read_text())}


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
    gate = Gate(handed_in, STUDENTS - 1)
    command = [str(SCRIPTS / "autograder"), "grade", ASSIGNMENT, "--jobs", "2", "--json", "r.json"]
    with subprocess.Popen(command, cwd=handed_in, stdout=subprocess.DEVNULL, text=True) as grading:
        os.kill(gate.judging(grading), signal.SIGKILL)
        gate.open()
        assert grading.wait(PATIENCE_S) == 0
    assert scores(handed_in / "r.json") == expected()


def grading(course: Path) -> "subprocess.Popen[str]":
    """`autograder grade` under way, with a line for every student whose grade is written."""
    return subprocess.Popen(
        [str(SCRIPTS / "autograder"), "grade", ASSIGNMENT, "--jobs", "2"],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def reported(lines: Iterable[str]) -> set[str]:
    """The students that were reported as graded."""
    return {line.split()[1].rstrip(":") for line in lines if re.match(r"\d+/\d+ ", line)}


def test_kill_at_any_moment_loses_nothing_that_was_reported(
    handed_in: Path, cli: Callable[..., Run]
) -> None:
    """Killed three times; what was said stays, and is not graded again."""
    gate = Gate(handed_in, 3)
    for first_that_waits, lines in ((3, 2), (7, 5), (9, 8)):
        gate.move(first_that_waits)
        with grading(handed_in) as process:
            assert process.stdout is not None
            said = reported(islice(process.stdout, lines))
            assert process.poll() is None
            process.kill()
            said |= reported(process.stdout)
        assert len(said) >= lines
        rows = scores_in(handed_in)
        for student in said:
            assert sum(filter(None, rows[student].values())) == expected()[student]
            assert (handed_in / "feedback" / student / ASSIGNMENT).is_dir()
        kept = {p: p.stat().st_mtime_ns for p in (handed_in / ".autograder/results").iterdir()}
        assert len([path for path in kept if path.suffix == ".json"]) >= len(said)
    gate.open()
    done = cli(handed_in, "autograder", "grade", ASSIGNMENT, "--jobs", "2", "--json", "r.json")
    assert done.returncode == 0, done.stderr
    assert all(path.stat().st_mtime_ns == written for path, written in kept.items())
    assert scores(handed_in / "r.json") == expected()
    rows = scores_in(handed_in)
    assert {student: sum(filter(None, row.values())) for student, row in rows.items()} == expected()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_ends_at_once_and_cleanly(handed_in: Path, number: signal.Signals) -> None:
    """At once, since it does not wait for those that wait at the gate."""
    Gate(handed_in, 3)
    with grading(handed_in) as process:
        assert process.stdout is not None
        next(process.stdout)
        process.send_signal(number)
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 128 + number
    assert errors.strip() == INTERRUPTED
    assert not left_behind(handed_in)
