"""What lies beside a notebook is there when its cells run, and nothing else is."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course.layout import Assignment, Course
from autograder.errors import CourseError
from autograder.grading.fingerprint import fingerprints
from autograder.grading.one import grade
from autograder.result import Result
from autograder.sandbox import Sandbox
from autograder.submission.beside import files_beside
from autograder.submission.reading import read_submission

NAME = "ps-data"
READS = """
import csv
from pathlib import Path

import helper

def total():
    rows = [row for name in ("data.csv", "sub/more.csv") for row in csv.reader(open(name))]
    return helper.double(sum(int(row[0]) for row in rows))
"""
TEST = "assert total() == 12\nassert sorted(str(p) for p in Path().rglob('*.*')) == {there}"


def notebook(*cells: tuple[str, str, dict[str, Any]]) -> str:
    made: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": name,
            "execution_count": None,
            "outputs": [],
            "source": source,
            "metadata": {
                "nbgrader": {
                    "grade_id": name,
                    "schema_version": 3,
                    "task": False,
                    "cell_type": "code",
                    **marks,
                }
            },
        }
        for name, source, marks in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def lay(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """An unsealed course whose assignment comes with files, and a right submission."""
    answer = ("total_answer", READS, {"grade": False, "solution": True, "locked": False})
    there = ["data.csv", "helper.py", "sub/more.csv"]
    test = TEST.format(there=there)
    checked = ("total", test, {"grade": True, "solution": False, "locked": True, "points": 2})
    text = notebook(answer, checked)
    files = {
        "data.csv": "1\n2\n",
        "sub/more.csv": "3\n",
        "helper.py": "def double(x): return 2 * x",
    }
    ignored = {".ipynb_checkpoints/x.py": "x", "__pycache__/helper.pyc": "x"}
    lay(tmp_path, {"nbgrader_config.py": "c = get_config()\n"})
    lay(tmp_path / "source" / NAME, {f"{NAME}.ipynb": text, **files, **ignored})
    lay(tmp_path / "release" / NAME, {f"{NAME}.ipynb": text})
    lay(tmp_path / "submitted" / "s" / NAME, {f"{NAME}.ipynb": text, "timestamp.txt": "now"})
    return tmp_path


def submitted(course: Path) -> Path:
    return course / "submitted" / "s" / NAME


def assignment(course: Path) -> Assignment:
    return Course(root=course).assignment(NAME)


@pytest.fixture
def graded(course: Path, sandbox: Sandbox) -> Callable[[], Result]:
    def grading() -> Result:
        read = read_submission(submitted(course) / f"{NAME}.ipynb", assignment(course), student="s")
        return grade(assignment(course), sandbox, read)

    return grading


def test_released_files_and_folders_are_there_and_nothing_else_is(
    graded: Callable[[], Result],
) -> None:
    result = graded()
    assert result.score == 2, result.outputs


def test_released_file_wins_over_what_came_back(course: Path, graded: Callable[[], Result]) -> None:
    lay(submitted(course), {"helper.py": "def double(x): return 12", "data.csv": "x"})
    assert graded().score == 2


def test_own_file_is_there_too(course: Path) -> None:
    lay(submitted(course), {"own/mine.py": "x = 1", "empty.txt": ""})
    files, left_out = files_beside(submitted(course) / f"{NAME}.ipynb", assignment(course))
    assert files["own/mine.py"] == b"x = 1"
    assert files["empty.txt"] == b""
    assert left_out == []
    assert "timestamp.txt" not in files


def test_what_is_no_ordinary_file_or_does_not_fit_is_left_out_and_said(course: Path) -> None:
    lay(submitted(course), {"big.bin": ""})
    with (submitted(course) / "big.bin").open("wb") as file:
        file.truncate(40 << 20)
    (submitted(course) / "link.csv").symlink_to(course / "nbgrader_config.py")
    (submitted(course) / "folder").symlink_to(course / "source")
    os.mkfifo(submitted(course) / "pipe")
    lay(submitted(course), {"sub": "a file where a folder was released"})
    lay(submitted(course), {f"many/{n}": "" for n in range(1_200)})
    files, (said,) = files_beside(submitted(course) / f"{NAME}.ipynb", assignment(course))
    assert {"big.bin", "link.csv", "folder", "pipe", "sub"}.isdisjoint(files)
    assert len(files) < 1_000
    assert "big.bin" in said


def test_what_lies_beside_a_notebook_elsewhere_is_not_its_authors(course: Path) -> None:
    folder = course.parent / "downloads"
    lay(folder, {f"{NAME}.ipynb": "{}", "grades.csv": "secret"})
    files, _ = files_beside(folder / f"{NAME}.ipynb", assignment(course))
    assert sorted(files) == ["data.csv", "helper.py", "sub/more.csv"]


def test_course_says_what_is_ignored(course: Path) -> None:
    patterns = ["*.csv", ".ipynb_checkpoints", "__pycache__"]
    (course / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.ignore = {patterns}\n"
    )
    files, _ = files_beside(submitted(course) / f"{NAME}.ipynb", assignment(course))
    assert sorted(files) == ["helper.py"]


def test_release_that_does_not_fit_is_refused_by_name(course: Path) -> None:
    with (course / "source" / NAME / "huge.bin").open("wb") as file:
        file.truncate(40 << 20)
    with pytest.raises(CourseError, match=r"huge\.bin does not fit into the boxes"):
        files_beside(submitted(course) / f"{NAME}.ipynb", assignment(course))


def test_change_of_a_file_is_graded_again(course: Path) -> None:
    def parts() -> dict[str, str]:
        path = submitted(course) / f"{NAME}.ipynb"
        read = read_submission(path, assignment(course), student="s")
        return fingerprints(assignment(course), read, isolate=True)

    before = parts()
    lay(course / "source" / NAME, {"sub/more.csv": "4\n"})
    changed = {name for name, value in parts().items() if value != before[name]}
    assert changed == {"files beside"}
