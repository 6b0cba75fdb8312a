"""What a check is led to do ends with the process that judges: it cannot hang, swell or call."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.altered import Change, altered_kit
from tests.conftest import ASSIGNMENT, ROOT, Run

CHECK = "\n\n@points(0)\ndef check_that_is_led_astray(student):\n    {}\n"
Judge = Callable[..., tuple[str, dict[str, Any]]]


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


def test_check_has_no_network(judged: Judge) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said, _ = judged(f'__import__("socket").create_connection(("127.0.0.1", {port}))')
    assert "our fault in check_that_is_led_astray: check_dot_scores.py" in said
    assert "PermissionError" in said


def test_check_has_bounded_memory(judged: Judge) -> None:
    said, _ = judged("bytearray(6 << 30)")
    assert "MemoryError" in said


def test_check_that_never_ends_is_ended_and_leaves_the_submission_to_a_person(
    judged: Judge, tmp_path: Path
) -> None:
    impatient = Change(file="config.py", old="JUDGING_CPU_S = 60", new="JUDGING_CPU_S = 3")
    kit = altered_kit(tmp_path, impatient)
    _, report = judged("while True: pass", PYTHONPATH=str(kit))
    assert "ended twice while it graded this submission" in report["mended"][0]
