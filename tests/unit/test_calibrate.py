"""Thresholds are written into the instructor's file; what the instructor wrote there stays."""

import tomllib
from pathlib import Path

import pytest

from autograder.authoring.calibrate import Calibration, write_thresholds
from autograder.course.layout import Assignment
from autograder.errors import CourseError

DATASET = "MADE, FETCHED = ('numbers', 'letters'), ()\n"
KEPT = """\
# Agreed with the department.
graded_on = "numbers"  # letters are too easy

[letters] # not in use
lower = 0.2 # guessed
full = 0.3
source = "a \\"school\\" book"
collected = 2026-11-29
"""


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    made = Assignment(name="toy", root=tmp_path, tasks=())
    made.hidden.mkdir(parents=True)
    (made.hidden / "dataset.py").write_text(DATASET)
    return made


def found(name: str) -> Calibration:
    return Calibration(
        name=name, count=400, reference=(0.9, 0.91, 0.92, 0.9, 0.91), baseline=(0.5,) * 5
    )


def test_first_calibration_writes_a_file_that_says_what_is_the_instructors(
    assignment: Assignment,
) -> None:
    path = write_thresholds(assignment, [found("numbers")])
    text = path.read_text()
    assert text.startswith("# Written by 'autograder data calibrate toy'; only graded_on is yours.")
    one = found("numbers").to_json()
    del one["name"]
    assert tomllib.loads(text) == {"graded_on": "numbers", "numbers": one}


def test_text_comments_and_order_are_as_the_instructor_wrote_them(assignment: Assignment) -> None:
    path = assignment.hidden / "thresholds.toml"
    path.write_text(KEPT)
    write_thresholds(assignment, [found("numbers")])
    text = path.read_text()
    assert text.startswith(KEPT)
    assert tomllib.loads(text)["letters"] == tomllib.loads(KEPT)["letters"]
    assert tomllib.loads(text)["numbers"]["full"] == found("numbers").full


def test_calibration_of_a_known_data_set_changes_its_figures_alone(assignment: Assignment) -> None:
    path = assignment.hidden / "thresholds.toml"
    path.write_text(KEPT)
    write_thresholds(assignment, [found("letters")])
    text = path.read_text()
    assert "[letters] # not in use\n" in text
    assert f"lower = {found('letters').lower} # guessed\n" in text
    kept = tomllib.loads(text)["letters"]
    assert (kept["source"], kept["hidden_examples"]) == ('a "school" book', 400)


def test_choice_that_is_missing_is_added_where_toml_wants_it(assignment: Assignment) -> None:
    path = assignment.hidden / "thresholds.toml"
    path.write_text("# Nothing yet.\n[letters]\nlower = 0.2\n")
    write_thresholds(assignment, [found("numbers")])
    assert tomllib.loads(path.read_text())["graded_on"] == "numbers"


def test_file_of_comments_alone_keeps_them(assignment: Assignment) -> None:
    path = assignment.hidden / "thresholds.toml"
    path.write_text("# Nothing yet.\n")
    write_thresholds(assignment, [found("numbers")])
    assert path.read_text().startswith("# Nothing yet.\n")


def test_file_that_is_no_toml_is_left_alone(assignment: Assignment) -> None:
    path = assignment.hidden / "thresholds.toml"
    path.write_text("graded_on = numbers\n")
    with pytest.raises(CourseError, match="is not TOML"):
        write_thresholds(assignment, [found("numbers")])
    assert path.read_text() == "graded_on = numbers\n"
