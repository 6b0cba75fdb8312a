"""A build that cannot be done says why, with file, line and remedy, and nothing is lost."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from autograder.authoring.complaints import checks_problems
from autograder.course.layout import Course
from autograder.gradebook.building import ReleaseExporter, changed_after_hand_in
from tests.conftest import ASSIGNMENT, Run, notebook_of

Cli = Callable[..., Run]
NAME = "squares"
CONFIG = """
from pathlib import Path
from autograder.gradebook.course_config import plug_in
c = get_config()
c.CourseDirectory.course_id = "small"
plug_in(c, Path(__file__).resolve().parent)
"""
SOLUTION = "def g(x):\n    ### BEGIN SOLUTION\n    return BASE * x * x\n    ### END SOLUTION"


def cell(source: str, name: str = "", **marks: Any) -> dict[str, Any]:
    defaults = {"grade": False, "solution": False, "locked": False, "task": False}
    metadata = {"grade_id": name, "schema_version": 3, **defaults, **marks} if name else None
    return {
        "cell_type": "code",
        "metadata": {"nbgrader": metadata} if metadata else {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def notebook(*cells: dict[str, Any]) -> str:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4})


def checked_by(name: str) -> dict[str, Any]:
    return cell("assert g(2) == 4", name, grade=True, locked=True, points=2)


COMMANDS = [("nbgrader", "generate_assignment"), ("autograder", "release")]
both_ways = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
ANSWER = cell(SOLUTION, "cell-1a2b", solution=True)
BASE = cell("BASE = 1")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A course whose cells have the names that nbgrader's toolbar gives them."""
    (tmp_path / "source" / NAME).mkdir(parents=True)
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    write(tmp_path, BASE, ANSWER, checked_by("cell-3c4d"))
    return tmp_path


def write(course: Path, *cells: dict[str, Any]) -> None:
    (course / "source" / NAME / f"{NAME}.ipynb").write_text(notebook(*cells))


def said(done: Run) -> str:
    return " ".join((done.stdout + done.stderr).split())


def test_cells_may_have_any_names(small: Path, cli: Cli) -> None:
    done = cli(small, "autograder", "release", NAME)
    assert done.returncode == 0, said(done)


def test_reference_and_gate_have_the_courses_header_and_footer(small: Path, cli: Cli) -> None:
    write(small, ANSWER)
    (small / "head.ipynb").write_text(notebook(BASE))
    (small / "foot.ipynb").write_text(notebook(checked_by("in-the-footer")))
    around = (
        'c.IncludeHeaderFooter.header, c.IncludeHeaderFooter.footer = "head.ipynb", "foot.ipynb"'
    )
    (small / "nbgrader_config.py").write_text(CONFIG + around)
    done = cli(small, "autograder", "release", NAME)
    assert done.returncode == 0, said(done)
    (task,) = Course(root=small).assignment(NAME).tasks
    assert (task.name, task.answer) == ("in-the-footer", "cell-1a2b")


def test_two_tests_of_one_solution_are_judged_together(small: Path, cli: Cli) -> None:
    write(small, BASE, ANSWER, checked_by("first"), checked_by("second"))
    done = cli(small, "autograder", "release", NAME)
    assert done.returncode == 0, said(done)


def test_reference_that_fails_says_which_check_and_how(small: Path, cli: Cli) -> None:
    write(
        small, BASE, ANSWER, cell("assert g(2) == 5, 'no'", "t", grade=True, locked=True, points=2)
    )
    done = cli(small, "autograder", "release", NAME)
    assert done.returncode != 0
    assert "AssertionError: no" in said(done)


@pytest.mark.parametrize(
    "command", [("nbgrader", "generate_assignment"), ("autograder", "release")]
)
def test_cells_that_change_after_a_hand_in_are_named_and_the_release_stays(
    small: Path, cli: Cli, command: tuple[str, str]
) -> None:
    assert cli(small, "nbgrader", "generate_assignment", NAME).returncode == 0
    with Gradebook(f"sqlite:///{small / 'gradebook.db'}") as gradebook:
        gradebook.add_student("ana")
        gradebook.add_submission(NAME, "ana")
    before = notebook_of(small, "release", NAME)
    write(small, BASE, ANSWER, checked_by("cell-new"))
    more = ("--force",) if command[0] == "nbgrader" else ()
    done = cli(small, *command, NAME, *more)
    assert done.returncode != 0
    assert "'cell-new' is new, 'cell-3c4d' is gone, but 1 submissions are recorded" in said(done)
    assert "Traceback" not in said(done)
    assert notebook_of(small, "release", NAME) == before


@pytest.mark.parametrize(
    ("source", "marks", "words"),
    [
        (SOLUTION.replace("    ### END SOLUTION", ""), {"solution": True}, "no end solution"),
        (SOLUTION, {"locked": True}, "Solution region detected in a non-solution cell"),
        ("### BEGIN HIDDEN TESTS\nassert 1", {"grade": True, "points": 1}, "No end hidden tests"),
    ],
)
def test_region_that_nbgrader_cannot_remove_is_named_before_the_release_is_lost(
    small: Path, source: str, marks: dict[str, Any], words: str
) -> None:
    write(small, BASE, cell(source, "other", **marks))
    folder = CourseDirectory(root=str(small), assignment_id=NAME, student_id=".")
    converter = GenerateAssignment(coursedir=folder)
    converter.no_database = True
    converter.init_notebooks()
    with pytest.raises(NbGraderException, match=f"cannot build cell 2: .*{words}"):
        ReleaseExporter(parent=converter)


def test_what_nbgrader_can_no_longer_change_after_a_hand_in_is_named(small: Path, cli: Cli) -> None:
    assert cli(small, "nbgrader", "generate_assignment", NAME).returncode == 0
    with Gradebook(f"sqlite:///{small / 'gradebook.db'}") as gradebook:
        gradebook.add_student("ana")
        gradebook.add_submission(NAME, "ana")
    coursedir = CourseDirectory(root=str(small))
    path = small / "source" / NAME / f"{NAME}.ipynb"
    more = cell("1", "more", locked=True)
    written = cell(SOLUTION, "cell-3c4d", grade=True, solution=True, points=2)
    dearer = cell("assert g(2) == 4.0", "cell-3c4d", grade=True, locked=True, points=9)
    for cells, words in (
        ((BASE, ANSWER, dearer), None),
        ((BASE, ANSWER, checked_by("cell-3c4d"), more), "'more' is new, but 1 submissions"),
        ((BASE, ANSWER, written), "'cell-3c4d' is of another kind, but 1 submissions"),
    ):
        write(small, *cells)
        found = changed_after_hand_in(coursedir, NAME, path)
        assert found is None if words is None else words in str(found)
    other = path.rename(path.with_name("other.ipynb"))
    found = changed_after_hand_in(coursedir, NAME, other)
    assert f"'other' is new, '{NAME}' is gone, but 1 submissions" in str(found)


@pytest.mark.parametrize(
    "command", [("nbgrader", "generate_assignment"), ("autograder", "release")]
)
def test_old_metadata_says_what_to_run_and_the_release_stays(
    small: Path, cli: Cli, command: tuple[str, str]
) -> None:
    assert cli(small, "nbgrader", "generate_assignment", NAME).returncode == 0
    before = notebook_of(small, "release", NAME)
    old = cell("assert g(2) == 4", "t", grade=True, locked=True, points=2)
    old["metadata"]["nbgrader"]["schema_version"] = 1
    write(small, BASE, ANSWER, old)
    more = ("--force",) if command[0] == "nbgrader" else ()
    done = cli(small, *command, NAME, *more)
    assert done.returncode != 0
    assert "nbgrader update" in said(done)
    assert f"{NAME}.ipynb has the metadata of an older nbgrader" in said(done)
    assert notebook_of(small, "release", NAME) == before


MISTAKES = {
    "def check_it(student):\n    'It.'\n": "line 1: check_it does not say what it is worth",
    "@points(1)\ndef check_it(student):\n    pass\n": "line 2: check_it has no docstring",
    "def check_it(student:\n": "line 1: ",
}


@pytest.mark.parametrize(("text", "complaint"), MISTAKES.items())
def test_check_that_is_not_as_it_must_be_is_named(
    course: Path, cli: Cli, text: str, complaint: str
) -> None:
    path = course / "tests" / "hidden" / ASSIGNMENT / "check_dot_scores.py"
    path.write_text(text)
    for command in ("release", "verify"):
        done = cli(course, "autograder", command, ASSIGNMENT)
        assert done.returncode == 1
        assert "Traceback" not in said(done)
        told = "".join(said(done).split())  # a terminal breaks lines anywhere
        assert "".join(f"check_dot_scores.py, {complaint}".split()) in told


def test_check_files_and_tasks_that_do_not_meet_are_named(course: Path) -> None:
    hidden = course / "tests" / "hidden" / ASSIGNMENT
    (hidden / "check_dot_scores.py").rename(hidden / "check_dot_score.py")
    missing, surplus = checks_problems(Course(root=course).assignment(ASSIGNMENT))
    assert missing.endswith("check_dot_scores.py is missing; it judges the task 'dot_scores'")
    assert "check_dot_score.py judges no task" in surplus
