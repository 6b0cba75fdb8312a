"""No assignment is unsealed without a word: a missing folder of hidden checks is an error."""

import json
from pathlib import Path

import pytest

from autograder.course.layout import Course
from autograder.errors import CourseError

MARKS = {"grade": True, "solution": False, "locked": True, "points": 1, "grade_id": "t"}
TESTED = {"cell_type": "code", "metadata": {"nbgrader": MARKS}, "source": "assert True"}
TEXT = {"cell_type": "markdown", "metadata": {}, "source": "A lesson."}


def course(root: Path, *hidden: str, unsealed: str = "", cell: object = TESTED) -> Course:
    (root / "source" / "sums").mkdir(parents=True)
    (root / "source" / "sums" / "sums.ipynb").write_text(json.dumps({"cells": [cell]}))
    chosen = f"c.Autograder.unsealed = {unsealed}" if unsealed else ""
    (root / "nbgrader_config.py").write_text(f"c = get_config()\n{chosen}\n")
    for name in hidden:
        (root / "tests" / "hidden" / name).mkdir(parents=True)
    return Course(root=root)


@pytest.mark.parametrize(
    ("hidden", "unsealed", "sealed"),
    [((), "", False), (("sums",), "", True), (("other",), '["sums"]', False)],
    ids=["no hidden checks in the course", "its own", "declared"],
)
def test_assignment_is_what_the_course_says(
    tmp_path: Path, hidden: tuple[str, ...], unsealed: str, sealed: bool
) -> None:
    assert course(tmp_path, *hidden, unsealed=unsealed).assignment("sums").sealed is sealed


@pytest.mark.parametrize(
    ("hidden", "unsealed", "said"),
    [
        (("Sums",), "", "rename {root}/tests/hidden/Sums"),
        (("products",), "", "write its hidden checks there"),
        (("sums",), '["sums"]', "remove one of them"),
        (("sums",), '["sum"]', "'sum' unsealed, which is no assignment"),
        (("sums",), '"sums"', "write a list"),
    ],
)
def test_what_would_switch_in_silence_is_an_error(
    tmp_path: Path, hidden: tuple[str, ...], unsealed: str, said: str
) -> None:
    found = course(tmp_path, *hidden, unsealed=unsealed)
    with pytest.raises(CourseError) as refused:
        found.assignment("sums")
    assert said.format(root=tmp_path) in str(refused.value)


def test_lesson_needs_no_hidden_checks(tmp_path: Path) -> None:
    assert not course(tmp_path, "other", cell=TEXT).assignment("sums").tasks
