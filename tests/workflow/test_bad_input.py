"""Bad input ends in a clear message and the right exit code; nobody else's grade is touched."""

import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from nbgrader.apps import NbGraderAPI

from autograder.cli.app import main
from autograder.course.notebooks import cell_of
from autograder.course.settings import read_config
from tests.conftest import (
    ASSIGNMENT,
    PATIENCE_S,
    SCRIPTS,
    Run,
    as_ordinary_user,
    hand_in,
    notebook_of,
)
from tests.workflow.conftest import GRADE, RIGHT, GradeClass, needs_grading, reports, scores_in


def open_files(pid: int) -> set[str]:
    names = set()
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            names.add(fd.readlink().name)
    return names


def test_every_broken_submission_is_reported_and_the_others_are_graded(
    released: Path, cli: Callable[..., Run]
) -> None:
    many = notebook_of(released, "source")
    many["cells"] += [{"cell_type": "code", "source": "1", "metadata": {}}] * 10_000
    other = notebook_of(released, "source")
    for cell in other["cells"]:
        cell |= {"source": "x = 1", "id": "x", "metadata": {"nbgrader": {"grade_id": "elsewhere"}}}
    lost_kernel = notebook_of(released, "source")
    lost_kernel["metadata"] = {"kernelspec": {"name": "no-such-kernel", "language": "cobol"}}
    twice = notebook_of(released, "source")
    twice["cells"].append(cell_of(twice, "dot_scores"))
    broken: dict[str, dict[str, Any] | str | bytes] = {
        "no-notebook": "this is a letter, not a notebook",
        "empty": "",
        "merge-conflict": "<<<<<<< HEAD\n{}\n=======\n",
        "binary": bytes(range(256)),
        "many-cells": many,
        "other-assignment": other,
    }
    for student, content in broken.items():
        hand_in(released, student, content)
    with hand_in(released, "200-mb", "").open("wb") as file:
        file.truncate(200 << 20)
    (released / "submitted/no-file" / ASSIGNMENT).mkdir(parents=True)
    hand_in(released, "lost-kernel", lost_kernel)
    hand_in(released, "twice", twice)

    done = cli(released, *GRADE)
    assert done.returncode == 1, done.stderr
    found = reports(released)
    for student in ("good", "lost-kernel", "twice"):
        assert found[student]["score"] == 20, student
    lost = {*broken, "200-mb", "no-file"}
    for student in lost:
        assert (found[student]["status"], found[student]["score"]) == ("needs_review", None)
        assert len(found[student]["mended"][0]) > 20
    assert needs_grading(released) >= lost - {"no-file"}
    rows = scores_in(released)
    assert rows["good"] == RIGHT
    for student in lost - {"no-file"}:
        assert set(rows[student].values()) == {None}, student
        for kind, ending in (("autograded", "ipynb"), ("feedback", "html")):
            place = released / kind / student / ASSIGNMENT / f"{ASSIGNMENT}.{ending}"
            assert place.is_file(), place


SUBMITTED = "2026-01-01 12:00:00.000000 UTC"
NO_TIMESTAMPS = {
    "empty": b"",
    "no-date": b"yesterday",
    "no-text": b"\xff\xfe\x00",
    "long": b"1" * 400_000,
    "no-such-day": b"2026-13-77 00:00:00 UTC",
    "last-of-all-days": b"9999-12-31 23:59:59 UTC",
    "beyond-the-calendar": b"2026-01-01 00:00:00 99999999999999999999",
    "names-a-file": b"2026-01-01 00:00:00 /proc/self/maps",
    "names-a-file-upwards": b"2026-01-01 00:00:00 ../../../proc/self/maps",
}


def listed_by_formgrader(course: Path) -> dict[str, str | None]:
    """When each student submitted, as formgrader's list of submissions has it."""
    formgrader = NbGraderAPI(config=read_config(course))
    return {s["student"]: s["timestamp"] for s in formgrader.get_submissions(ASSIGNMENT)}


def test_what_is_no_timestamp_is_none_and_keeps_nobody(
    released: Path, cli: Callable[..., Run], grade_all: GradeClass
) -> None:
    """As `nbgrader zip_collect` leaves it: nothing looked at these files before."""
    good = released / "submitted" / "good" / ASSIGNMENT
    (good / "timestamp.txt").write_text(SUBMITTED)
    for student, content in NO_TIMESTAMPS.items():
        place = hand_in(released, student, notebook_of(released, "source")).parent
        (place / "timestamp.txt").write_bytes(content)
    (hand_in(released, "folder", "").parent / "timestamp.txt").mkdir()
    (hand_in(released, "link", "").parent / "timestamp.txt").symlink_to(good / "timestamp.txt")
    os.mkfifo(hand_in(released, "pipe", "").parent / "timestamp.txt")
    known = dict.fromkeys([*NO_TIMESTAMPS, "folder", "link", "pipe"]) | {
        "good": "2026-01-01T12:00:00"
    }
    assert listed_by_formgrader(released) == known

    done = grade_all(released)
    assert not done.complete  # the empty notebooks
    assert done.unwritten == ()
    assert {result.student: result.score for result in done.results} == {
        student: None if student in ("folder", "link", "pipe") else 20 for student in known
    }
    assert listed_by_formgrader(released) == known
    for kind in ("autograded", "feedback"):
        kept = {path.parents[1].name for path in (released / kind).glob("*/*/timestamp.txt")}
        assert kept == {"good"}
    page = released / "feedback" / "long" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    assert "timestamp.txt" in page.read_text()  # said to be left out

    by_nbgrader = cli(released, "nbgrader", "autograde", ASSIGNMENT, "--student", "long", "--force")
    assert by_nbgrader.returncode == 0, by_nbgrader.stderr
    assert "did not write timestamp.txt" in by_nbgrader.stderr


def test_exchange_goes_on_beside_what_nbgrader_did_not_write(
    published: Path, cli: Callable[..., Run], grade_all: GradeClass, tmp_path: Path
) -> None:
    """One submits with forged files, another makes folders with names that nbgrader never gives."""
    inbound = tmp_path / "exchange" / "attention" / "inbound"
    stamps = {
        "good": (SUBMITTED, "a" * 128),
        "late": ("1" * 400_000, "b" * 128),
        "bare": (SUBMITTED, ""),
        "wide": (SUBMITTED, "c" * 1_000_000),
    }
    for student, (timestamp, secret) in stamps.items():
        place = inbound / f"{student}+{ASSIGNMENT}+{SUBMITTED}+x"
        shutil.copytree(published / "source" / ASSIGNMENT, place)
        (place / "timestamp.txt").write_text(timestamp)
        (place / "submission_secret.txt").write_text(secret)
    for strange in (
        f"good+{ASSIGNMENT}+tomorrow+x",
        f"eve+{ASSIGNMENT}+",
        f"+{ASSIGNMENT}+{SUBMITTED}+x",
        f"e\udcffe+{ASSIGNMENT}+{SUBMITTED}+x",
    ):
        (inbound / strange).mkdir()
    (inbound / f"mal+{ASSIGNMENT}+{SUBMITTED}+x").symlink_to("nowhere")
    with (published / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.Exchange.root = {str(tmp_path / 'exchange')!r}\n")
        config.write("c.ExchangeCollect.check_owner = False\n")  # all are made by one user here
    shown = cli(published, "nbgrader", "list", ASSIGNMENT, "--inbound")
    assert shown.returncode == 0, shown.stderr
    assert f"attention good {ASSIGNMENT}" in shown.stderr
    for options in ((), ("--update",)):  # when collected again, timestamps are compared
        collected = cli(published, "nbgrader", "collect", ASSIGNMENT, *options)
        assert collected.returncode == 0, collected.stderr
        submitted = {path.parent.name for path in (published / "submitted").glob("*/*")}
        assert submitted == set(stamps)
        for name in ("tomorrow", f"/eve+{ASSIGNMENT}+", "/+", "udcff", "/mal+"):
            assert name in collected.stderr, name
    assert not (published / "submitted" / "late" / ASSIGNMENT / "timestamp.txt").exists()

    forged = published / "submitted" / "wide" / ASSIGNMENT / "submission_secret.txt"
    forged.write_text("c" * 1_000_000)  # collected otherwise
    assert grade_all(published).complete
    given = cli(published, "nbgrader", "release_feedback", ASSIGNMENT)
    assert given.returncode == 0, given.stderr
    assert len(list((inbound.parent / "feedback").iterdir())) == 1
    for student in {*stamps} - {"good"}:
        assert f"/{student}/{ASSIGNMENT}: no " in given.stderr, student


def test_what_leads_to_a_classmates_work_earns_nothing(
    released: Path, grade_all: GradeClass
) -> None:
    submitted = released / "submitted"
    classmates = submitted / "good" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    hand_in(released, "a-link", "").unlink()
    (submitted / "a-link" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").symlink_to(classmates)
    hand_in(released, "a-pipe", "").unlink()
    os.mkfifo(submitted / "a-pipe" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    (submitted / "linked-folder").mkdir()
    (submitted / "linked-folder" / ASSIGNMENT).symlink_to(classmates.parent)
    (submitted / "linked-student").symlink_to(submitted / "good")
    found = {result.student: result for result in grade_all(released).results}
    assert found.pop("good").score == 20
    assert {one.score for one in found.values()} == {None}
    assert all("a link" in one.mended[0] for one in found.values())
    assert set(found) == {"a-link", "a-pipe", "linked-folder", "linked-student"}


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run one of our commands in a folder, in this process."""

    def run(folder: Path, *command: str) -> Result:
        monkeypatch.chdir(folder)
        return CliRunner().invoke(main, command)

    return run


USAGE = [
    (("grade", "no-such"), "there is no assignment 'no-such'"),
    (("check", "x.ipynb", "-a", "no-such"), "there is no assignment"),
    (("release", "no-such"), "there is no assignment"),
    (("verify", ASSIGNMENT, "--bank", "nowhere"), "holds no accepted/"),
    (("grade", ASSIGNMENT, "--student", "nobody"), "no submission"),
    (("grade", ASSIGNMENT), "nbgrader collect"),
    (("grade",), "Missing argument"),
]


@pytest.mark.parametrize(("command", "words"), USAGE)
def test_wrong_usage_is_exit_2(
    course: Path, ours: Callable[..., Result], command: tuple[str, ...], words: str
) -> None:
    done = ours(course, *command)
    assert done.exit_code == 2
    assert words in done.stderr
    assert isinstance(done.exception, SystemExit)


def test_wrong_usage_is_one_line(course: Path, cli: Callable[..., Run]) -> None:
    done = cli(course, "autograder", "grade", "no-such")
    assert done.returncode == 2
    assert done.stderr.startswith("autograder: there is no assignment 'no-such'")
    assert done.stderr.count("\n") == 1


def test_unreadable_file_to_check_is_exit_1(course: Path, ours: Callable[..., Result]) -> None:
    done = ours(course, "check", "none.ipynb", "-a", ASSIGNMENT)
    assert done.exit_code == 1
    assert "none.ipynb cannot be read" in done.stderr


def test_folder_without_a_course(tmp_path: Path, ours: Callable[..., Result]) -> None:
    done = ours(tmp_path, "verify")
    assert done.exit_code == 2
    assert "not inside a course" in done.stderr


def test_course_without_source(course: Path, ours: Callable[..., Result]) -> None:
    shutil.rmtree(course / "source")
    done = ours(course, "verify")
    assert done.exit_code == 2
    assert "no folder source/" in done.stderr


def test_broken_source_notebook(course: Path, ours: Callable[..., Result]) -> None:
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.write_text("{")
    done = ours(course, "verify", ASSIGNMENT)
    assert done.exit_code == 2
    assert "is not a notebook" in done.stderr


def test_machine_without_bubblewrap_is_exit_3(course: Path, cli: Callable[..., Run]) -> None:
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    environment = {**os.environ, "PATH": "/nonexistent"}
    for command in (["check", str(path), "-a", ASSIGNMENT], ["doctor"]):
        done = cli(course, "autograder", *command, env=environment)
        assert done.returncode == 3
        assert "apt-get install bubblewrap" in done.stderr + done.stdout


def test_locked_gradebook_is_reported_and_nothing_is_lost(
    released: Path, cli: Callable[..., Run], grade_all: GradeClass
) -> None:
    # A short wait, so that the test need not wait as long as a grader would.
    config = released / "nbgrader_config.py"
    config.write_text(
        config.read_text()
        + "\nc.CourseDirectory.db_url = c.CourseDirectory.db_url.replace('=60', '=0.2')\n"
    )
    hand_in(released, "other", notebook_of(released, "source"))
    lock = sqlite3.connect(released / "gradebook.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    done = cli(released, *GRADE)
    lock.rollback()
    lock.close()
    assert done.returncode == 1
    assert " ".join(done.stdout.split()).count("gradebook is locked") == 2
    assert {one["score"] for one in reports(released).values()} == {20}
    assert not (released / "autograded" / "good" / ASSIGNMENT).exists()
    assert grade_all(released).complete
    assert scores_in(released) == {"good": RIGHT, "other": RIGHT}


def test_gradebook_that_is_unlocked_in_time_is_waited_for(released: Path) -> None:
    hand_in(released, "other", notebook_of(released, "source"))
    lock = sqlite3.connect(released / "gradebook.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    command = [str(SCRIPTS / "autograder"), *GRADE[1:], "--jobs", "1"]
    with subprocess.Popen(command, cwd=released, stdout=subprocess.DEVNULL) as grading:
        with closing(lock):  # which ends the transaction
            while "gradebook.db" not in open_files(grading.pid):
                assert grading.poll() is None, "it ended before it asked for the gradebook"
                time.sleep(0.01)
        assert grading.wait(PATIENCE_S) == 0
    assert scores_in(released) == {"good": RIGHT, "other": RIGHT}


def test_assignment_that_is_not_in_the_gradebook_is_said(
    course: Path, grade_all: GradeClass
) -> None:
    hand_in(course, "good", notebook_of(course, "source"))
    done = grade_all(course)
    assert "run 'autograder release' first" in done.unwritten[0]
    assert [result.score for result in done.results] == [20]


def test_full_disk_is_reported_and_leaves_nothing_half_written(
    released: Path, tmp_path: Path
) -> None:
    """On a real file system of a few hundred kilobytes, in a mount namespace of the test's own."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    small = tmp_path / "small"
    small.mkdir()
    script = (
        f"mount -t tmpfs -o size=900k tmpfs {small} && cp -r {released}/. {small} && cd {small} && "
        "mkdir -p .autograder/results && head -c 900k /dev/zero > filler; "
        f"{SCRIPTS}/autograder grade {ASSIGNMENT} --json report.json; "
        "echo exit $?; find .autograder autograded -type f; rm filler; "
        f"{SCRIPTS}/autograder grade {ASSIGNMENT} > /dev/null; echo then $?"
    )
    shutil.rmtree(released / "solutions")
    done = subprocess.run(
        ["unshare", "--mount", "bash", "-c", script],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert "exit 1" in done.stdout, done.stdout + done.stderr
    assert "No space left" in done.stderr or "disk is full" in done.stdout
    assert done.stdout.partition("exit 1")[2].strip() == "then 0", done.stdout
    assert "Traceback" not in done.stderr


def test_ordinary_user_can_grade(released: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("this run is already an ordinary user's")
    home = tmp_path / "home"
    shutil.copytree(released, home / "course")
    subprocess.run(["chmod", "-R", "a+rwX", str(home)], check=True)
    program = str(SCRIPTS / "autograder")
    command = [program, "--course", "/tmp/course", "grade", ASSIGNMENT, "--json", "/tmp/r.json"]
    done = subprocess.run(as_ordinary_user(command, home), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((home / "r.json").read_text())
    assert [(r["score"], r["isolation"]) for r in report] == [(20, "full")]


def test_unchanged_submission_is_not_run_again(released: Path, grade_all: GradeClass) -> None:
    """A stored result is believed, so a changed one shows that nothing was run."""

    def score() -> float | None:
        (result,) = grade_all(released).results
        return result.score

    assert score() == 20
    (stored,) = (released / ".autograder" / "results").glob("*.json")
    data = json.loads(stored.read_text())
    data["tasks"]["dot_scores"]["score"], data["score"] = 7.5, 19.5
    stored.write_text(json.dumps(data))
    assert score() == 19.5
    hidden = released / "tests" / "hidden" / ASSIGNMENT / "check_dot_scores.py"
    hidden.write_text(hidden.read_text() + "\n# changed\n")
    assert score() == 20
