"""An instructor's notebook that can be neither built nor graded says which cell, and what to do."""

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.course.notebooks import read_trusted
from autograder.errors import CourseError

TEST = {"grade": True, "grade_id": "t", "points": 2, "locked": True, "solution": False}


def read(folder: Path, cells: Any) -> Any:
    path = folder / "x.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    return read_trusted(path)


def cell(marks: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": "1", "metadata": {"nbgrader": marks}, **more}


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({}, "its cells are no list"),
        (["text"], "cell 1 has no metadata or no source"),
        ([cell(TEST), cell({}, metadata=None)], "cell 2 has no metadata or no source"),
        ([cell({}, source=None)], "cell 1 has no metadata or no source"),
        ([cell("graded")], "cell 1 has metadata of nbgrader's that is no object"),
        ([cell({**TEST, "points": None})], "without points; set it in nbgrader's toolbar"),
        ([cell({**TEST, "points": "2"})], "without points"),
        ([cell({"solution": True})], "without grade_id"),
        ([cell({"grade": True})], "without grade_id and points.*'nbgrader update'"),
    ],
)
def test_source_that_cannot_be_graded_says_why(tmp_path: Path, cells: Any, words: str) -> None:
    with pytest.raises(CourseError, match=words):
        read(tmp_path, cells)


@pytest.mark.parametrize("marks", [TEST, {}, {"grade": False, "solution": False, "locked": False}])
def test_source_with_what_nbgrader_allows_is_read(tmp_path: Path, marks: Any) -> None:
    assert read(tmp_path, [cell(marks)])["cells"][0]["metadata"]["nbgrader"] == marks
