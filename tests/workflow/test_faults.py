"""Faults of our own become no score and lose nobody: they end in a retry, or with a person.

A hidden check is made to do the harm: it runs on the trusted side while a submission is judged, so
it can do it at the very moment. The gradebook's own faults are in `test_bad_input.py` and
`test_postgresql.py`, the death of a process that judges in `test_parallel.py`.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course.notebooks import cell_of
from tests.conftest import ASSIGNMENT, PATIENCE_S, SCRIPTS, Run, hand_in, notebook_of
from tests.workflow.conftest import (
    GRADE,
    RIGHT,
    WRONG,
    hand_in_constant,
    let_check_do,
    needs_grading,
    reports,
    scores_in,
)

# A submission says by its answer, 100, 101, ..., which of these is to happen.
FAULTS = {
    "raises": "raise RuntimeError('ours')",
    "recurses-forever": "f = lambda: f(); f()",
    "leaves": "raise SystemExit(0)",
    "is-interrupted": "raise KeyboardInterrupt",
    "stops-pytest": "pytest.exit('enough', returncode=0)",
    "breaks-pytest": "raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})()",
    "fills-memory": "bytearray(6 << 30)",
    "ends-its-process": "os._exit(0)",
    "is-killed": "os.kill(os.getpid(), signal.SIGKILL)",
}
# Kills what the command started beside this process, if it is of bubblewrap: the fork-servers.
KILL_SERVERS = """
    tasks = Path(f"/proc/{os.getppid()}/task").glob("*/children")
    children = [child for task in tasks for child in task.read_text().split()]
    servers = [c for c in children if "bwrap" in Path(f"/proc/{c}/cmdline").read_text()]
    for server in servers:
        os.kill(int(server), signal.SIGKILL)
"""


def hand_in_right(course: Path, students: list[str]) -> None:
    for student in students:
        notebook = notebook_of(course, "source")
        cell_of(notebook, "dot_scores_answer")["source"] += f"# {student}"
        hand_in(course, student, notebook)


def test_check_that_fails_by_our_fault_leaves_its_submission_to_a_person(
    released: Path, cli: Callable[..., Run]
) -> None:
    lines = ""
    for number, (fault, act) in enumerate(FAULTS.items()):
        lines += f"    if answer == {100 + number}:\n        {act}\n"
        hand_in_constant(released, fault, 100 + number)
    let_check_do(released, lines)
    hand_in_right(released, ["neighbour", "sits-last"])
    hand_in_constant(released, "wrong", 7)

    done = cli(released, *GRADE, "--jobs", "1")
    assert done.returncode == 1, done.stdout + done.stderr
    found, rows = reports(released), scores_in(released)
    for student in ("good", "neighbour", "sits-last"):
        assert rows[student] == RIGHT
    assert rows["wrong"] == WRONG
    for fault in FAULTS:
        assert (found[fault]["score"], rows[fault]["dot_scores"]) == (None, None), fault
        assert rows[fault]["additive_scores"] in (None, 12), fault
    assert needs_grading(released) == set(FAULTS)
    said = " ".join(done.stdout.split())
    whole = said.count("our fault in check_that_acts")
    assert whole + said.count("the grader's own process was ended twice") == len(FAULTS)


@pytest.mark.parametrize("moment", ["while it is asked", "between two submissions"])
def test_fork_server_that_is_killed_is_replaced_and_nobody_notices(
    released: Path, cli: Callable[..., Run], moment: str
) -> None:
    hand_in_right(released, ["neighbour", "sits-last"])
    asks_on = "    while True: student.dot_scores(one, one[None])\n"  # the end comes when it comes
    again = asks_on if moment == "while it is asked" else ""
    once = 'once = Path(f"{__file__}.done")\n    if once.exists():\n        return\n'
    let_check_do(released, f"    {once}    once.touch()\n{KILL_SERVERS}    assert servers\n{again}")

    done = cli(released, *GRADE, "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert scores_in(released) == dict.fromkeys(["good", "neighbour", "sits-last"], RIGHT)


def test_bubblewrap_that_is_gone_half_way_ends_the_command_and_no_grade(
    released: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    real = shutil.which("bwrap")
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "bwrap"
    program.write_text(f'#!/bin/sh\nexec {real} "$@"\n')
    program.chmod(0o755)
    python = str(Path(shutil.which("python3") or "").parent)
    environment = {**os.environ, "PATH": f"{program.parent}:{SCRIPTS}:{python}"}
    hand_in_constant(released, "last", 100)
    gone = f"Path({str(program)!r}).unlink(missing_ok=True)"
    let_check_do(released, f"    if answer != 100:\n        return\n    {gone}\n{KILL_SERVERS}")

    done = cli(released, *GRADE, "--jobs", "1", env=environment)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "apt-get install bubblewrap" in done.stderr
    assert scores_in(released).get("good", RIGHT) == RIGHT
    assert "last" not in scores_in(released)

    done = cli(released, *GRADE, "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert scores_in(released) == {"good": RIGHT, "last": WRONG}


PLACES = [".autograder/recordings", ".autograder/written", "autograded", "feedback", "database"]


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
@pytest.mark.parametrize("place", PLACES)
def test_disk_that_is_full_in_one_place_is_said_and_nothing_is_lost(
    released: Path, place: str
) -> None:
    """On a real file system without room, in a mount namespace of the test's own."""
    (released / "database").mkdir()
    (released / "gradebook.db").rename(released / "database" / "gradebook.db")
    with (released / "nbgrader_config.py").open("a") as config:
        address = f"sqlite:///{released}/database/gradebook.db?timeout=60"
        config.write(f"\nc.CourseDirectory.db_url = {address!r}\n")
    command = f"{SCRIPTS}/autograder grade {ASSIGNMENT} --json report.json"
    script = (
        f"mkdir -p {place} kept && cp -r {place}/. kept && "
        f"mount -t tmpfs -o size=400k tmpfs {place} && cp -r kept/. {place}; "
        f"cat /dev/zero > {place}/filler; {command}; echo exit $?; "
        f"rm {place}/filler; {command} > /dev/null; echo then $?; cp -r {place}/. kept"
    )
    namespace = ["unshare", "--mount", "bash", "-c", script]
    done = subprocess.run(
        namespace, cwd=released, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert "exit 1" in done.stdout, done.stdout + done.stderr
    assert "No space left" in done.stderr or "disk is full" in done.stdout
    assert "Traceback" not in done.stderr
    assert done.stdout.partition("exit 1")[2].strip() == "then 0", done.stdout + done.stderr
    assert reports(released)["good"]["score"] == 20
    url = f"sqlite:///{released}/{'kept' if place == 'database' else 'database'}/gradebook.db"
    assert scores_in(released, url) == {"good": RIGHT}


LEAPS = """
import itertools, time
_now, _leaps = time.time, itertools.cycle((0, 10**9, -10**9))
time.time = lambda: max(0.0, _now() + next(_leaps))
"""


def test_clock_on_the_wall_decides_no_verdict(
    released: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    """It leaps by decades, to and fro, each time that it is read."""
    hand_in_constant(released, "wrong", 7)
    found = []
    for content in ("", LEAPS):
        (tmp_path / "sitecustomize.py").write_text(content)
        path = f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"
        shutil.rmtree(released / ".autograder", ignore_errors=True)
        done = cli(released, *GRADE, env={**os.environ, "PYTHONPATH": path})
        assert done.returncode == 0, done.stdout + done.stderr
        found.append((released / "report.json").read_bytes())
    assert found[0] == found[1]
