"""An nbgrader assignment from elsewhere, with tests in its cells, is graded too, not sealed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course.notebooks import cell_of, grade_id_of
from tests.conftest import ASSIGNMENT, Run, notebook_of

HIDDEN = "### BEGIN HIDDEN TESTS\nassert dot_scores(1, 2) == 3\n### END HIDDEN TESTS"


@pytest.fixture
def foreign(course: Path, cli: Callable[..., Run]) -> Path:
    """The course without hidden checks; its test cells hold the tests."""
    shutil.rmtree(course / "tests")
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(path.read_text())
    cell_of(notebook, "dot_scores_answer")["source"] = (
        "def dot_scores(a, b):\n    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION"
    )
    cell_of(notebook, "dot_scores")["source"] = HIDDEN
    cell_of(notebook, "additive_scores")["source"] = "partial"
    notebook["cells"] = [c for c in notebook["cells"] if grade_id_of(c)]
    path.write_text(json.dumps(notebook))
    done = cli(course, "nbgrader", "generate_assignment", ASSIGNMENT, "--force")
    assert done.returncode == 0, done.stderr
    return course


@pytest.mark.parametrize(
    ("answer", "partial", "scores"),
    [
        ("def dot_scores(a, b):\n    return a + b", "partial = 6.5", [8, 6.5]),
        ("def dot_scores(a, b):\n    return a - b", "partial = 12", [0, 12]),
        ("def dot_scores(a, b): raise ValueError", "partial = float('nan')", [0, 0]),
        (
            "import sys; dot_scores = lambda a, b: sys.stderr.write('warn') and 3",
            "partial = -5",
            [8, 0],
        ),
        ("import os; os._exit(0)", "partial = 13", [0, 0]),
    ],
)
def test_scored_by_nbgraders_rule_without_its_traps(
    foreign: Path, cli: Callable[..., Run], answer: str, partial: str, scores: list[float]
) -> None:
    notebook: dict[str, Any] = notebook_of(foreign, "release")
    cell_of(notebook, "dot_scores_answer")["source"] = answer
    cell_of(notebook, "additive_scores_answer")["source"] = partial
    path = foreign / "student.ipynb"
    path.write_text(json.dumps(notebook))
    done = cli(foreign, "autograder", "check", str(path), "-a", ASSIGNMENT, "--json", "-")
    report = json.loads(done.stdout)
    assert report["sealed"] is False
    assert [task["score"] for task in report["tasks"].values()] == scores
