"""Notebooks of our own making say what the source says."""

import json
from pathlib import Path

from autograder.course import Assignment
from autograder.specimen import answer, solved


def test_solved_cell_keeps_the_indentation_of_every_region(tmp_path: Path) -> None:
    source = "class A:\n    def f(self):\n        ### BEGIN SOLUTION\n        return 1\n"
    source += "        ### END SOLUTION\n\n    def g(self):\n        ### BEGIN SOLUTION\n"
    source += "        return 2\n        ### END SOLUTION"
    cell = {"cell_type": "code", "source": source}
    cell["metadata"] = {"nbgrader": {"grade_id": "f_answer"}}  # type: ignore[assignment]
    path = tmp_path / "source" / "A" / "A.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"cells": [cell]}))
    notebook = solved(Assignment(name="A", root=tmp_path, tasks=()))
    expected = (
        "class A:\n    def f(self):\n        return 1\n\n    def g(self):\n        return 2\n"
    )
    assert answer(notebook, "f") == expected
