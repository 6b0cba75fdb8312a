"""The reference is the source notebook without its delimiters, and with every indentation."""

import json
from pathlib import Path

from autograder.authoring.specimen import solution_lines, solved
from autograder.course.layout import Assignment

CELL = """\
def f(x):
    ### BEGIN SOLUTION
    doubled = x + x

    return doubled
    ### END SOLUTION
"""


def test_solution_keeps_its_indentation(tmp_path: Path) -> None:
    assignment = Assignment(name="a", root=tmp_path, tasks=())
    assignment.source.parent.mkdir(parents=True)
    cell = {"cell_type": "code", "metadata": {}, "source": CELL.splitlines(keepends=True)}
    assignment.source.write_text(json.dumps({"cells": [cell]}))
    (made,) = solved(assignment)["cells"]
    assert made["source"] == "def f(x):\n    doubled = x + x\n\n    return doubled\n"
    assert solution_lines(assignment) == {"doubled = x + x", "return doubled"}
