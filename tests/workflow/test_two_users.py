"""An instructor and a student who are different users of one machine, and nbgrader's exchange.

Real user numbers and the kernel's own permissions; only the names are in a file of the test's.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ASSIGNMENT, PATIENCE_S, SCRIPTS, as_ordinary_user, copy_course
from tests.workflow.conftest import scores_in

USERS = {"prof": 4711, "mallory": 4712}
SETTINGS = '\nc.Exchange.root = "/tmp/exchange"\n'
STUDENT = f'c = get_config()\nc.CourseDirectory.course_id = "attention"{SETTINGS}'
As = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become two users")


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """What both see as /tmp: the course, which is the instructor's alone, and a student's home."""
    copy_course(tmp_path / "prof", ASSIGNMENT)
    with (tmp_path / "prof" / "nbgrader_config.py").open("a") as config:
        config.write(SETTINGS)
    (tmp_path / "mallory").mkdir()
    (tmp_path / "mallory" / "nbgrader_config.py").write_text(STUDENT)
    (tmp_path / "exchange").mkdir()
    (tmp_path / "exchange").chmod(0o777)
    for name, number in USERS.items():
        for path in (tmp_path / name, *(tmp_path / name).rglob("*")):
            os.chown(path, number, number)
        (tmp_path / name).chmod(0o700)
    lines = [f"{name}:x:{number}:{number}::/tmp/{name}:/bin/sh" for name, number in USERS.items()]
    (tmp_path / "passwd").write_text("\n".join(lines) + "\n")
    return tmp_path


@pytest.fixture
def become(room: Path) -> As:
    """Run a command as one of the users, in that user's home."""

    def run(user: str, *command: str) -> subprocess.CompletedProcess[str]:
        names = ["--ro-bind", str(room / "passwd"), "/etc/passwd"]
        place = ["--chdir", f"/tmp/{user}", "--setenv", "HOME", f"/tmp/{user}"]
        argv = as_ordinary_user(command, room, user=USERS[user], more=[*names, *place])
        return subprocess.run(argv, capture_output=True, text=True, timeout=PATIENCE_S)

    return run


def test_work_and_feedback_pass_between_two_users_and_nobody_else_sees_them(
    room: Path, become: As
) -> None:
    def does(user: str, *command: str) -> str:
        done = become(user, str(SCRIPTS / command[0]), *command[1:])
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stderr

    does("prof", "autograder", "release", ASSIGNMENT)
    does("prof", "nbgrader", "release_assignment", ASSIGNMENT)
    does("mallory", "nbgrader", "fetch_assignment", ASSIGNMENT)
    does("mallory", "nbgrader", "submit", ASSIGNMENT)
    # In another's name, and newer than all that the other has handed in.
    forged = f"/tmp/exchange/attention/inbound/prof+{ASSIGNMENT}+2099-01-01 00:00:00.000000 UTC+x"
    does("mallory", "/bin/mkdir", forged)
    collected = does("prof", "nbgrader", "collect", ASSIGNMENT)
    assert "is owned by mallory, not by prof" in collected
    assert [path.name for path in (room / "prof" / "submitted").iterdir()] == ["mallory"]
    does("prof", "autograder", "grade", ASSIGNMENT)
    assert scores_in(room / "prof") == {"mallory": {"dot_scores": 0, "additive_scores": 0}}
    does("prof", "nbgrader", "release_feedback", ASSIGNMENT)
    does("mallory", "nbgrader", "fetch_feedback", ASSIGNMENT)
    assert list((room / "mallory" / ASSIGNMENT / "feedback").glob("*/*.html"))

    for closed in ("prof", "exchange/attention/inbound", "exchange/attention/feedback"):
        assert become("mallory", "/bin/ls", f"/tmp/{closed}").returncode != 0, closed
