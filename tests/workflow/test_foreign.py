"""An nbgrader assignment from elsewhere, with tests in its cells, is graded too, not sealed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course.notebooks import cell_of, grade_id_of
from tests.conftest import (
    ASSIGNMENT,
    Make,
    Run,
    copy_course,
    notebook_of,
)
from tests.workflow.conftest import Check

HIDDEN = "### BEGIN HIDDEN TESTS\nassert dot_scores(1, 2) == 3\n### END HIDDEN TESTS"


@pytest.fixture(scope="session")
def foreign_once(once: Callable[[str, Make], Path], cli: Callable[..., Run]) -> Path:
    """The course without hidden checks; its test cells hold the tests."""

    def make(folder: Path) -> None:
        copy_course(folder, ASSIGNMENT)
        shutil.rmtree(folder / "tests")
        notebook = notebook_of(folder)
        cell_of(notebook, "dot_scores_answer")["source"] = (
            "def dot_scores(a, b):\n    ### BEGIN SOLUTION\n    return a + b\n    ### END SOLUTION"
        )
        cell_of(notebook, "dot_scores")["source"] = HIDDEN
        cell_of(notebook, "additive_scores")["source"] = "partial"
        notebook["cells"] = [c for c in notebook["cells"] if grade_id_of(c)]
        (folder / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(notebook))
        done = cli(folder, "nbgrader", "generate_assignment", ASSIGNMENT, "--force")
        assert done.returncode == 0, done.stderr

    return once("foreign", make)


@pytest.fixture
def foreign(foreign_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(foreign_once, tmp_path / "course"))


@pytest.mark.parametrize(
    ("answer", "partial", "scores"),
    [
        ("def dot_scores(a, b):\n    return a + b", "partial = 6.5", [8, 6.5]),
        ("def dot_scores(a, b):\n    return a - b", "partial = 12", [0, 12]),
        ("def dot_scores(a, b): raise ValueError", "partial = float('nan')", [0, None]),
        (
            "import sys; dot_scores = lambda a, b: sys.stderr.write('warn') and 3",
            "partial = -5",
            [8, None],
        ),
        ("import os; os._exit(0)", "partial = 13", [0, None]),
    ],
)
def test_scored_by_nbgraders_rule_without_its_traps(
    foreign: Path, check: Check, answer: str, partial: str, scores: list[float]
) -> None:
    notebook = notebook_of(foreign, "release")
    cell_of(notebook, "dot_scores_answer")["source"] = answer
    cell_of(notebook, "additive_scores_answer")["source"] = partial
    report = check(foreign, notebook)
    assert report["sealed"] is False
    assert [task["score"] for task in report["tasks"].values()] == scores


def test_command_says_that_it_is_not_sealed(foreign: Path, cli: Callable[..., Run]) -> None:
    path = str(foreign / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    done = cli(foreign, "autograder", "check", path, "-a", ASSIGNMENT, "--json", "-")
    assert json.loads(done.stdout)["sealed"] is False
