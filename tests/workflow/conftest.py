"""What tests of the workflow share: a simulated class, graded once, and grading in this process."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bs4 import Tag
from nbgrader.api import Gradebook

from autograder.config import NUMPY
from autograder.course.layout import Course
from autograder.course.notebooks import cell_of
from autograder.course.storage import write_atomically
from autograder.gradebook.writer import ClassReport, grade_class
from autograder.grading.classroom import Classroom, submitted
from autograder.grading.local import Graders, Work
from autograder.grading.one import grade, lost
from autograder.sandbox import Sandbox
from autograder.submission.reading import read_submission
from tests.conftest import (
    ASSIGNMENT,
    GRADED,
    NIGHTLY,
    ROOT,
    Make,
    Run,
    copy_course,
    hand_in,
    notebook_of,
)

RIGHT: dict[str, float] = {"dot_scores": 8, "additive_scores": 12}
WRONG: dict[str, float] = {"dot_scores": 0, "additive_scores": 12}
INTERRUPTED = "autograder: interrupted; what was graded is stored"
GRADE = ("autograder", "grade", ASSIGNMENT, "--json", "report.json")


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The demo's course folder, one assignment's reports by student, and what was printed."""

    root: Path
    reports: dict[str, dict[str, Any]]
    printed: str


def demonstrated() -> list[str]:
    """What the demo's class works on: all, or what is judged in a moment."""
    assignments = [Course(root=ROOT).assignment(name) for name in GRADED]
    return [a.name for a in assignments if NIGHTLY or not any(task.costly for task in a.tasks)]


@pytest.fixture(scope="session")
def demo(once: Callable[[str, Make], Path], cli: Callable[..., Run]) -> Demo:
    def make(folder: Path) -> None:
        for name in demonstrated():
            copy_course(folder, name)
        done = cli(folder, "autograder", "demo", "--json", "report.json")
        assert done.returncode == 0, done.stdout + done.stderr
        (folder / "printed").write_text(done.stdout)

    root = once("demo-of-all", make)
    reports = json.loads((root / "report.json").read_text())
    assert {entry["assignment"] for entry in reports} == set(demonstrated())
    own = {e["student"]: e for e in reports if e["assignment"] == ASSIGNMENT}
    return Demo(root=root / "demo", reports=own, printed=(root / "printed").read_text())


@pytest.fixture(scope="session")
def ungraded(demo: Demo, once: Callable[[str, Make], Path], cli: Callable[..., Run]) -> Path:
    """The demo's course and one assignment's submissions, with nothing graded."""

    def make(folder: Path) -> None:
        copy_course(folder, ASSIGNMENT)
        for student in demo.reports:
            handed_in = Path("submitted", student, ASSIGNMENT)
            shutil.copytree(demo.root / handed_in, folder / handed_in)
        shutil.copy(demo.root / "nbgrader_config.py", folder)
        done = cli(folder, "nbgrader", "generate_assignment", ASSIGNMENT, "--force")
        assert done.returncode == 0, done.stderr

    return once("ungraded", make)


@pytest.fixture(scope="session")
def graded_by_nbgrader(
    ungraded: Path, once: Callable[[str, Make], Path], cli: Callable[..., Run]
) -> Path:
    """The demo's class, graded by nbgrader's own commands alone."""

    def make(folder: Path) -> None:
        shutil.copytree(ungraded, folder, dirs_exist_ok=True)
        for step in ("autograde", "generate_feedback"):
            done = cli(folder, "nbgrader", step, ASSIGNMENT)
            assert done.returncode == 0, done.stderr[-3000:]

    return once("graded-by-nbgrader", make)


@pytest.fixture
def released(published: Path) -> Path:
    """A course whose assignment is in the gradebook and that has one good submission."""
    hand_in(published, "good", notebook_of(published, "source"))
    return published


@pytest.fixture(scope="session")
def graders(sandbox: Sandbox) -> Iterator[Graders]:
    """A process that judges, and its fork-servers: they stay, where a command would start them."""
    sandbox.start(NUMPY)
    sandbox.wait()
    with closing(Graders(sandbox)) as engine:
        yield engine


Check = Callable[[Path, dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="session")
def check(sandbox: Sandbox, graders: Graders) -> Check:
    """The report of `autograder check` on a notebook, without the command."""

    def report(course: Path, notebook: dict[str, Any]) -> dict[str, Any]:
        path = course / "student.ipynb"
        path.write_text(json.dumps(notebook))
        assignment = Course(root=course).assignment(ASSIGNMENT)
        submission = read_submission(path, assignment, student=path.stem)
        work = Work(do=grade, lost=lambda s: lost(assignment, s.student, sandbox.isolation))
        return graders.one(assignment, work, submission).report()

    return report


GradeClass = Callable[..., ClassReport]


@pytest.fixture(scope="session")
def grade_all(sandbox: Sandbox, graders: Graders) -> GradeClass:
    """What `autograder grade` does with these students, or all, without the command."""

    def graded(course: Path, *students: str) -> ClassReport:
        assignment = Course(root=course).assignment(ASSIGNMENT)
        classroom = Classroom(course, sandbox)
        results = classroom.each(assignment, submitted(assignment, students), graders)
        return grade_class(assignment, results, classroom)

    return graded


# Added to a hidden check, which runs on the trusted side while a submission is judged: so it does
# its harm at that very moment, and a test need not hit it. It is worth no points.
_ACT = '''

@points(0)
def check_that_acts(student):
    """We act at the first request, or once a submission asks for it by its answer."""
    import os, pytest, signal, time
    from pathlib import Path

    one = np.ones((1, 1))
    answer = expect_array(student.dot_scores(one, one[None]), shape=(1, 1))[0, 0]
'''
HELD = 100


def let_check_do(course: Path, lines: str) -> None:
    """Let a hidden check do this as well; `answer` is what the submission says to ones."""
    file = course / "tests" / "hidden" / ASSIGNMENT / "check_dot_scores.py"
    file.write_text(file.read_text() + _ACT + lines)


def hand_in_constant(course: Path, student: str, answer: int) -> None:
    """Hand in a wrong answer by which the hidden check knows this submission."""
    notebook = notebook_of(course, "source")
    constant = f"def dot_scores(query, keys):\n    return np.full(keys.shape[:2], {answer}.0)\n"
    cell_of(notebook, "dot_scores_answer")["source"] = constant
    hand_in(course, student, notebook)


class Gate:
    """Where submissions wait while they are judged: so a command is surely at work meanwhile.

    Those wait that answer with the gate's number or a higher one; see `hand_in_constant`.
    """

    def __init__(self, course: Path, number: int) -> None:
        self._file, self.note = course / "gate", course / "judged-by"
        self.move(number)
        lines = f"""
    if answer >= int(Path({str(self._file)!r}).read_text()):
        Path({str(self.note)!r}).write_text(str(os.getpid()))
    while answer >= int(Path({str(self._file)!r}).read_text()):
        time.sleep(0.01)
"""
        let_check_do(course, lines)

    def judging(self, command: subprocess.Popen[str]) -> int:
        """Wait until one waits here that this command judges; the process that judges it."""
        return int(is_reached(self.note, command))

    def move(self, number: int) -> None:
        write_atomically(self._file, str(number))

    def open(self) -> None:
        self.move(1_000_000)


def left_behind(course: Path) -> list[str]:
    """Processes that still work in this course."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cwd").readlink() == course:
                found.append((folder / "cmdline").read_text())
        except OSError:
            continue  # it ended meanwhile
    return found


def is_reached(file: Path, command: subprocess.Popen[str]) -> str:
    """Wait until a command that is under way has written this file; its text."""
    while not file.exists() or not (text := file.read_text()):
        assert command.poll() is None, "it ended before"
        time.sleep(0.01)
    return text


def element(inside: Tag, selector: str) -> Tag:
    """The first element that this CSS selector finds."""
    found = inside.select_one(selector)
    assert found is not None, selector
    return found


def reports(folder: Path) -> dict[str, dict[str, Any]]:
    """What GRADE reported, by student."""
    return {r["student"]: r for r in json.loads((folder / "report.json").read_text())}


def scores_in(root: Path, url: str | None = None) -> dict[str, dict[str, float | None]]:
    """What the gradebook, in `root` or at `url`, holds: student -> task -> automatic score."""
    with Gradebook(url or f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        return {
            submission.student.id: {
                grade.name: grade.auto_score
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(ASSIGNMENT)
        }


def needs_grading(root: Path) -> set[str]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        submissions = gradebook.assignment_submissions(ASSIGNMENT)
        return {s.student.id for s in submissions if s.needs_manual_grade}


def by_hand(root: Path, student: str, cell: str, **values: object) -> None:
    """As formgrader writes what a person decides."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade(cell, ASSIGNMENT, ASSIGNMENT, student)
        for name, value in values.items():
            setattr(grade, name, value)
        grade.needs_manual_grade = grade.manual_score is None and grade.auto_score is None
        gradebook.db.commit()
