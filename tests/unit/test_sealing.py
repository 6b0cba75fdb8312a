"""No assignment is unsealed without a word: a missing folder of hidden checks is an error."""

import json
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.course.layout import Course
from autograder.errors import CourseError
from autograder.gradebook.guards import guard_nbgrader
from autograder.gradebook.originals import recorded

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


def test_what_the_gradebook_recorded_is_no_way_round(tmp_path: Path) -> None:
    found = course(tmp_path, "Sums")
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(tmp_path)!r}\n"
    )
    guard_nbgrader()  # so that it finds what makes a gradebook
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        gradebook.add_assignment("sums")
        gradebook.add_notebook("sums", "sums")
        gradebook.add_grade_cell("t", "sums", "sums", max_score=1, cell_type="code")
        source = {"source": "assert True", "checksum": "0", "locked": True, "cell_type": "code"}
        gradebook.add_source_cell("t", "sums", "sums", **source)
    with pytest.raises(CourseError, match="nothing sealed would judge 'sums'"):
        recorded(found, "sums")


@pytest.mark.parametrize("name", ["more.ipynb", "Sums.ipynb"])
def test_graded_cells_that_no_hidden_check_judges_are_an_error(tmp_path: Path, name: str) -> None:
    found = course(tmp_path, "sums")
    own = tmp_path / "source" / "sums" / "sums.ipynb"
    own.with_name(name).write_text(own.read_text())
    if name == "Sums.ipynb":  # instead of its own
        own.unlink()
    assert found.names() == ["sums"]
    with pytest.raises(CourseError, match=f"judges sums.ipynb alone, but there is .*{name}"):
        found.assignment("sums")


def test_notebook_without_graded_cells_may_lie_beside(tmp_path: Path) -> None:
    found = course(tmp_path, "sums")
    text = json.dumps({"cells": [TEXT]})
    (tmp_path / "source" / "sums" / "notes.ipynb").write_text(text)
    (tmp_path / "source" / "sums" / "._sums.ipynb").write_text("what macOS leaves behind")
    assert found.assignment("sums").file == "sums.ipynb"
