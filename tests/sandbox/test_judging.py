"""What a check is led to do ends with the process that judges: it cannot hang, swell or call."""

import socket
from pathlib import Path

from tests.altered import Change, altered_kit
from tests.sandbox.conftest import Judge


def test_check_has_no_network(judged: Judge) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        said, _ = judged(f'__import__("socket").create_connection(("127.0.0.1", {port}))')
    assert "our fault in check_that_is_led_astray: check_dot_scores.py" in said
    assert "PermissionError" in said


def test_check_has_bounded_memory(judged: Judge) -> None:
    said, _ = judged("__import__('numpy').empty(6 << 30, 'u1')")
    assert "MemoryError" in said


def test_check_that_never_ends_is_ended_and_leaves_the_submission_to_a_person(
    judged: Judge, tmp_path: Path
) -> None:
    impatient = Change(file="config.py", old="JUDGING_CPU_S = 60", new="JUDGING_CPU_S = 3")
    kit = altered_kit(tmp_path, impatient)
    _, report = judged("while True: pass", PYTHONPATH=str(kit))
    assert "ended twice while it graded this submission" in report["mended"][0]
