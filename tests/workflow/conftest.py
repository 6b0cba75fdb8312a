"""A simulated class, graded once for all tests that look at it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from tests.conftest import (
    ASSIGNMENT,
    ASSIGNMENTS,
    GRADED,
    Run,
    copy_course,
    hand_in,
    notebook_of,
)

GRADE = ("autograder", "grade", ASSIGNMENT, "--json", "report.json")


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The demo's course folder, one assignment's reports by student, and what was printed."""

    root: Path
    reports: dict[str, dict[str, Any]]
    done: Run


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, cli: Callable[..., Run]) -> Demo:
    root = tmp_path_factory.mktemp("whole-course")
    for name in ASSIGNMENTS:
        copy_course(root, name)
    done = cli(root, "autograder", "demo", "--json", "report.json")
    assert done.returncode == 0, done.stdout + done.stderr
    reports = json.loads((root / "report.json").read_text())
    assert {entry["assignment"] for entry in reports} == set(GRADED)
    own = {e["student"]: e for e in reports if e["assignment"] == ASSIGNMENT}
    return Demo(root=root / "demo", reports=own, done=done)


@pytest.fixture
def released(published: Path) -> Path:
    """A course whose assignment is in the gradebook and that has one good submission."""
    hand_in(published, "good", notebook_of(published, "source"))
    return published


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
