"""The reference is the source without the course's delimiters, and no line of it leaks."""

import json
from pathlib import Path

import pytest

from autograder.authoring.release import gate
from autograder.authoring.specimen import solution_lines, solved
from autograder.course.layout import Assignment, Course
from autograder.errors import CourseError
from autograder.sandbox import Sandbox

CELL = """\
def f(x):
    {begin}
    doubled = x + x

    return doubled
    {end}
"""
LIKE_NBGRADERS = CELL.format(begin="### BEGIN SOLUTION", end="### END SOLUTION")
OWN = CELL.format(begin="# <answer> 2 points", end="# </answer>")
OWN_DELIMITERS = """\
c = get_config()
c.ClearSolutions.begin_solution_delimeter = "<answer>"
c.ClearSolutions.end_solution_delimeter = "</answer>"
c.ClearHiddenTests.begin_test_delimeter = "<secret>"
c.ClearHiddenTests.end_test_delimeter = "</secret>"
c.ClearMarkScheme.begin_mark_scheme_delimeter = "<marks>"
c.ClearMarkScheme.end_mark_scheme_delimeter = "</marks>"
"""


def notebook_with(text: str, *, for_students: bool = False) -> str:
    """In lines, as JupyterLab saves it."""
    marks = {"nbgrader": {"grade_id": "f", "grade": False, "solution": True}}
    cell = {
        "cell_type": "code",
        "metadata": marks if for_students else {},
        "source": text.splitlines(keepends=True),
    }
    return json.dumps({"cells": [cell]})


def lesson(
    root: Path, config: str, source: str, release: str = "", *, for_students: bool = False
) -> Assignment:
    """An assignment without tasks, so that no gate runs it."""
    (root / "nbgrader_config.py").write_text(config)
    for folder, text in (("source", source), ("release", release)):
        (root / folder / "a").mkdir(parents=True)
        (root / folder / "a" / "a.ipynb").write_text(notebook_with(text, for_students=for_students))
    return Course(root=root).assignment("a")


each_course = pytest.mark.parametrize(
    ("config", "source"),
    [("", LIKE_NBGRADERS), (OWN_DELIMITERS, OWN)],
    ids=["nbgrader's delimiters", "own delimiters"],
)


@each_course
def test_solution_keeps_its_indentation(tmp_path: Path, config: str, source: str) -> None:
    assignment = lesson(tmp_path, config, source)
    (made,) = solved(assignment)["cells"]
    assert made["source"] == "def f(x):\n    doubled = x + x\n\n    return doubled\n"
    assert solution_lines(assignment) == {"doubled = x + x", "return doubled"}


def test_code_beside_a_delimiter_is_not_lost(tmp_path: Path) -> None:
    assignment = lesson(tmp_path, "", "x = 1  # BEGIN SOLUTION\ny = 2\n# END SOLUTION")
    (made,) = solved(assignment)["cells"]
    assert made["source"] == "x = 1  # BEGIN SOLUTION\ny = 2\n"


@each_course
def test_gate_finds_a_line_of_a_solution(tmp_path: Path, config: str, source: str) -> None:
    assignment = lesson(tmp_path, config, source, release="if easy:\n    return doubled")
    (found,) = gate(assignment, Sandbox(tmp_path))
    assert found == "cell 0 of the release shows a line of a solution: return doubled"


WITHOUT_REGION = """\
import numpy as np

def f(x):
    doubled = x + x
    return doubled
"""
STUBS = """\
c = get_config()
c.ClearSolutions.code_stub = {"python": "...  # it is your turn"}
"""


def test_gate_finds_a_line_of_a_solution_without_a_region(tmp_path: Path) -> None:
    """nbgrader replaces the whole cell, so all of it is the solution, but not its signature."""
    release = "import numpy as np\n\ndef f(x):\n    raise NotImplementedError()\n    return doubled"
    assignment = lesson(tmp_path, "", WITHOUT_REGION, release, for_students=True)
    (found,) = gate(assignment, Sandbox(tmp_path))
    assert found == "cell 0 of the release shows a line of a solution: return doubled"


@pytest.mark.parametrize(
    ("config", "stub"),
    [("", "# YOUR CODE HERE\nraise NotImplementedError()"), (STUBS, "...  # it is your turn")],
    ids=["nbgrader's stub", "own stub"],
)
def test_what_stands_in_place_of_a_solution_is_no_line_of_it(
    tmp_path: Path, config: str, stub: str
) -> None:
    """As where the author left a cell empty, in which students may try things."""
    assignment = lesson(tmp_path, config, stub, stub, for_students=True)
    assert gate(assignment, Sandbox(tmp_path)) == []


@pytest.mark.parametrize("what", ["answer", "secret", "marks"])
@pytest.mark.parametrize("end", ["", "/"])
def test_gate_finds_a_delimiter_of_the_course(tmp_path: Path, what: str, end: str) -> None:
    left = f"<{end}{what}>"
    assignment = lesson(tmp_path, OWN_DELIMITERS, OWN, release=f"x = 1  # {left}")
    (found,) = gate(assignment, Sandbox(tmp_path))
    assert found == f"cell 0 of the release still says {left!r}"


@pytest.mark.parametrize("what", ["SOLUTION", "HIDDEN TESTS", "MARK SCHEME"])
@pytest.mark.parametrize("end", ["BEGIN", "END"])
def test_gate_finds_nbgraders_own_delimiters(tmp_path: Path, what: str, end: str) -> None:
    left = f"{end} {what}"
    assignment = lesson(tmp_path, "", LIKE_NBGRADERS, release=f"### {left}")
    (found,) = gate(assignment, Sandbox(tmp_path))
    assert found == f"cell 0 of the release still says {left!r}"


@pytest.mark.parametrize("value", [7, "", " "])
def test_delimiter_that_can_be_none_is_refused_by_name(tmp_path: Path, value: object) -> None:
    config = f"c = get_config()\nc.ClearSolutions.end_solution_delimeter = {value!r}"
    with pytest.raises(CourseError, match=r"c\.ClearSolutions\.end_solution_delimeter.*write a"):
        lesson(tmp_path, config, OWN)


def test_configuration_that_does_not_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"nbgrader_config\.py does not run: NameError"):
        lesson(tmp_path, "c = config_of_mine", OWN)
