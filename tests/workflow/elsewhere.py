"""Courses from elsewhere, made of a few cells, with the engine plugged in."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.conftest import Run

CONFIG = """
from pathlib import Path
from autograder.gradebook.course_config import plug_in
c = get_config()
plug_in(c, Path(__file__).resolve().parent)
"""
PYTHON = {"display_name": "Python 3", "language": "python", "name": "python3"}


def cell(grade_id: str, source: str, *, points: float | None = None) -> dict[str, Any]:
    """A cell with nbgrader's marks; with points, a test cell."""
    graded = points is not None
    about = {
        "grade": graded,
        "grade_id": grade_id,
        "locked": graded,
        "schema_version": 3,
        "solution": not graded,
        "task": False,
        **({"points": points} if graded else {}),
    }
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"nbgrader": about},
        "outputs": [],
        "source": source,
    }


def notebook(cells: Sequence[Mapping[str, Any]], kernel: Mapping[str, Any] = PYTHON) -> str:
    """The text of a notebook's file."""
    form = {"nbformat": 4, "nbformat_minor": 4}
    return json.dumps({"cells": list(cells), "metadata": {"kernelspec": dict(kernel)}, **form})


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def generate(root: Path, cli: Callable[..., Run], name: str) -> None:
    """Have nbgrader build the release."""
    done = cli(root, "nbgrader", "generate_assignment", name)
    assert done.returncode == 0, done.stderr


def answered(root: Path, path: Path, answers: Mapping[str, str]) -> str:
    """The notebook that was released at `path`, with other texts in some cells."""
    found = json.loads((root / path).read_text())
    for one in found["cells"]:
        name = one["metadata"].get("nbgrader", {}).get("grade_id")
        one["source"] = answers.get(name, one["source"])
    return json.dumps(found)


def graded(root: Path, cli: Callable[..., Run], name: str) -> dict[str, dict[str, Any]]:
    """What `autograder grade` reports, by student."""
    done = cli(root, "autograder", "grade", name, "--json", "report.json")
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return {r["student"]: r for r in json.loads((root / "report.json").read_text())}
