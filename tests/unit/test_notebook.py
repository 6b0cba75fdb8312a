"""Damaged notebooks are mended against the release, or refused with a clear message."""

import ast
import copy
import json
import os
import socket
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.config import NUMPY, TENSORFLOW, Flavour
from autograder.course.layout import Assignment, Course
from autograder.course.notebooks import cell_of, grade_id_of
from autograder.errors import NotebookError
from autograder.submission.reading import Submission, read_submission
from tests.conftest import ASSIGNMENT, ROOT, notebook_of

Notebook = dict[str, Any]
SOLVED = "def dot_scores(query, keys):\n    return 42"


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return Course(root=ROOT).assignment(ASSIGNMENT)


@pytest.fixture
def notebook() -> Notebook:
    """The release with one solved exercise, as an honest student hands it in."""
    made = notebook_of(ROOT, "release")
    cell_of(made, "dot_scores_answer")["source"] = SOLVED
    return made


@pytest.fixture
def read(assignment: Assignment, tmp_path: Path) -> Callable[[Any], Submission]:
    def write_and_read(content: Any) -> Submission:
        path = tmp_path / "submitted.ipynb"
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        path.write_bytes(content)
        return read_submission(path, assignment, student="s")

    return write_and_read


def marked(submission: Submission) -> list[str | None]:
    return [grade_id_of(c) for c in submission.cells if grade_id_of(c)]


def source(submission: Submission, grade_id: str) -> str:
    return str(cell_of({"cells": submission.cells}, grade_id)["source"])


def test_honest_notebook_is_taken_as_it_is(read: Any, notebook: Notebook) -> None:
    submission = read(notebook)
    assert submission.mended == ()
    assert source(submission, "dot_scores_answer") == SOLVED
    assert len(submission.cells) == len(notebook["cells"])


@pytest.mark.parametrize("grade_id", ["setup", "dot_scores", "additive_scores_answer"])
def test_missing_cell_comes_back_in_its_place(read: Any, notebook: Notebook, grade_id: str) -> None:
    order = marked(read(notebook))
    notebook["cells"] = [c for c in notebook["cells"] if grade_id_of(c) != grade_id]
    submission = read(notebook)
    assert marked(submission) == order
    assert any(f"{grade_id!r} was missing" in note for note in submission.mended)


@pytest.mark.parametrize("grade_id", ["setup", "dot_scores", "dot_scores_answer"])
def test_duplicated_cell_counts_once(read: Any, notebook: Notebook, grade_id: str) -> None:
    order = marked(read(notebook))
    twin = copy.deepcopy(cell_of(notebook, grade_id))
    notebook["cells"].append(twin)
    submission = read(notebook)
    assert Counter(marked(submission)) == Counter(order)
    assert any("more than once" in note for note in submission.mended)
    assert len({c["id"] for c in submission.cells}) == len(submission.cells)


def test_changed_test_cell_gets_the_released_text_back(read: Any, notebook: Notebook) -> None:
    released = source(read(notebook), "dot_scores")
    cell_of(notebook, "dot_scores")["source"] = "print('all fine')"
    submission = read(notebook)
    assert source(submission, "dot_scores") == released
    assert any("differs from the release" in note for note in submission.mended)


@pytest.mark.parametrize("kept", [{}, {"nbgrader": 7}, {"nbgrader": {"grade_id": ["x"]}}, None, []])
def test_lost_metadata_is_found_again(read: Any, notebook: Notebook, kept: Any) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] = kept
        cell.pop("id", None)
    submission = read(notebook)
    assert source(submission, "dot_scores_answer") == SOLVED
    assert len(marked(submission)) == 5


def test_changed_points_and_flags_are_the_releases(read: Any, notebook: Notebook) -> None:
    marks = cell_of(notebook, "dot_scores")["metadata"]["nbgrader"]
    marks |= {"points": 1000, "grade": False, "solution": True, "locked": False}
    restored = cell_of({"cells": read(notebook).cells}, "dot_scores")["metadata"]["nbgrader"]
    assert restored["points"] == 8
    assert restored["grade"] is True


def test_retyped_cell_is_code_again(read: Any, notebook: Notebook) -> None:
    cell_of(notebook, "dot_scores_answer")["cell_type"] = "markdown"
    submission = read(notebook)
    assert cell_of({"cells": submission.cells}, "dot_scores_answer")["cell_type"] == "code"
    assert any("had become a markdown cell" in note for note in submission.mended)


def test_tag_cannot_hide_a_solution_from_grading(read: Any, notebook: Notebook) -> None:
    cell_of(notebook, "dot_scores_answer")["metadata"]["tags"] = ["skip-grading"]
    assert "dot_scores_answer" in [c.grade_id for c in read(notebook).to_run()]


DEMONSTRATION = "demo-dot-loop"


def demonstration(notebook: Notebook) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if cell.get("id") == DEMONSTRATION)


def run_by(submission: Submission, text: str) -> bool:
    return any(text in cell.source for cell in submission.to_run())


@pytest.mark.parametrize("ids", [True, False], ids=["with ids", "without ids"])
def test_students_own_cell_with_a_copied_tag_is_run(
    read: Any, notebook: Notebook, ids: bool
) -> None:
    """A copied or split demonstration cell carries its tag along."""
    copied = {**copy.deepcopy(demonstration(notebook)), "id": "copy", "source": "def helper(): 1"}
    notebook["cells"].insert(3, copied)
    if not ids:
        for cell in notebook["cells"]:
            cell.pop("id", None)
    submission = read(notebook)
    assert run_by(submission, "def helper")
    assert not run_by(submission, "demo_query = np.array([1, 0, 2]")
    assert any("tags of a cell that is not the release's" in note for note in submission.mended)


def test_students_own_cell_with_a_copied_id_is_run(read: Any, notebook: Notebook) -> None:
    """Programs that split or copy a cell may leave its id with both."""
    copied = {**copy.deepcopy(demonstration(notebook)), "source": "def helper(): 1"}
    notebook["cells"].insert(3, copied)
    submission = read(notebook)
    assert run_by(submission, "def helper")
    assert not run_by(submission, "demo_query = np.array([1, 0, 2]")


def test_demonstration_that_a_student_wrote_something_else_into_is_run(
    read: Any, notebook: Notebook
) -> None:
    demonstration(notebook)["source"] = "def helper(): 1"
    assert run_by(read(notebook), "def helper")


@pytest.mark.parametrize("ids", [True, False], ids=["with ids", "without ids"])
def test_demonstration_that_a_student_played_with_is_not_run(
    read: Any, notebook: Notebook, ids: bool
) -> None:
    played_with = demonstration(notebook)
    lines = "".join(played_with["source"]).splitlines(keepends=True)
    played_with["source"] = "".join(["# what if\n", *lines[:-1], "print('mine')"])
    if not ids:
        for cell in notebook["cells"]:
            cell.pop("id", None)
    submission = read(notebook)
    assert not run_by(submission, "print('mine')")
    assert submission.mended == ()


def test_test_cells_and_tagged_cells_are_not_run(read: Any, notebook: Notebook) -> None:
    to_run = read(notebook).to_run()
    assert not {"dot_scores", "additive_scores"} & {c.grade_id for c in to_run}
    assert not [c for c in to_run if "matplotlib" in c.source and c.grade_id != "setup"]


def test_outputs_of_the_student_are_thrown_away(read: Any, notebook: Notebook) -> None:
    cell_of(notebook, "dot_scores")["outputs"] = [{"output_type": "execute_result"}]
    assert not [c for c in read(notebook).cells if "outputs" in c]


@pytest.mark.parametrize(
    ("code", "flavour"),
    [
        ("import tensorflow as tf", TENSORFLOW),
        ("from keras import ops", TENSORFLOW),
        ("x = 1", NUMPY),
        ("my_keras_model = 1", NUMPY),
    ],
)
def test_code_decides_which_fork_server_serves(
    read: Any, notebook: Notebook, code: str, flavour: Flavour
) -> None:
    cell_of(notebook, "dot_scores_answer")["source"] = code
    assert read(notebook).flavour is flavour


def test_cells_of_notebook_format_3_are_read(read: Any, notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["input"] = cell.pop("source")
    submission = read({"nbformat": 3, "worksheets": [{"cells": notebook["cells"]}]})
    assert source(submission, "dot_scores_answer") == SOLVED


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"not json", "broken JSON"),
        (b'{"cells": [', "broken JSON"),
        (b"<<<<<<< HEAD\n{}", "broken JSON"),
        (b"\xff\xfe\x00", "is not text"),
        (b"[]", "holds no object"),
        (b"{}", "no list of cells"),
        (b'{"cells": 3}', "no list of cells"),
        (b'{"cells": [1, null, "x"]}', "another assignment"),
        (b"[" * 100_000, "broken JSON"),
    ],
    ids=repr,
)
def test_no_notebook_is_refused_in_words(read: Any, content: bytes, words: str) -> None:
    with pytest.raises(NotebookError, match=words):
        read(content)


def test_another_assignments_notebook_is_refused(read: Any, notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["source"] = "x = 1"
        cell["id"] = "other"
        cell["metadata"] = {"nbgrader": {"grade_id": "task_of_elsewhere", "grade": True}}
    with pytest.raises(NotebookError, match="another assignment"):
        read(notebook)


def test_too_many_cells_are_refused(read: Any, notebook: Notebook) -> None:
    notebook["cells"] += [{"cell_type": "code", "source": "1", "metadata": {}}] * 10_000
    with pytest.raises(NotebookError, match="cells, more than"):
        read(notebook)


def test_file_of_200_mb_is_refused_unread(assignment: Assignment, tmp_path: Path) -> None:
    path = tmp_path / "large.ipynb"
    with path.open("wb") as file:
        file.truncate(200 << 20)
    with pytest.raises(NotebookError, match="more than the 50 MB"):
        read_submission(path, assignment, student="s")


@pytest.mark.parametrize("kind", ["link", "device", "pipe", "socket", "folder"])
def test_what_is_no_ordinary_file_is_neither_followed_nor_waited_for(
    assignment: Assignment, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "handed-in.ipynb"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(str(path))
    else:
        path.symlink_to("/dev/zero" if kind == "device" else assignment.release)
    with pytest.raises(NotebookError, match="a link, a pipe or a device"):
        read_submission(path, assignment, student="s")


def test_missing_file_is_said(assignment: Assignment, tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match="No such file"):
        read_submission(tmp_path / "none.ipynb", assignment, student="s")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=y>"]
)
def test_markup_of_a_stranger_becomes_plain_text(read: Any, notebook: Notebook, text: str) -> None:
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": text})
    notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": "so $a < b$"})
    own = [cell["source"] for cell in read(notebook).cells[-2:]]
    assert own == [f"```text\n{text}\n```", "so $a < b$"]


def test_text_that_is_made_to_render_for_hours_is_cut(read: Any, notebook: Notebook) -> None:
    long = {"cell_type": "markdown", "metadata": {}, "source": "\\begin{a} " * 20_000}
    notebook["cells"].append(long)
    submission = read(notebook)
    assert len(submission.cells[-1]["source"]) < 21_000
    assert any("was cut" in note for note in submission.mended)


def test_code_that_is_made_to_parse_for_minutes_is_not_parsed(
    read: Any, notebook: Notebook
) -> None:
    answer = cell_of(notebook, "dot_scores_answer")
    answer |= {"metadata": {}, "id": "lost"}
    slow = "0\n" * 500_000
    notebook["cells"].append({"cell_type": "code", "metadata": {}, "source": slow})
    assert source(read(notebook), "dot_scores_answer") == SOLVED


@pytest.mark.parametrize("alike", [True, False])
def test_many_cells_that_are_made_to_parse_slowly_are_not_parsed_again_and_again(
    read: Any, notebook: Notebook, monkeypatch: pytest.MonkeyPatch, alike: bool
) -> None:
    """Each marked as a joined locked cell, so that every lost cell is looked for in it."""
    answer = cell_of(notebook, "dot_scores_answer")
    answer["metadata"] = {}
    marked_as = {"nbgrader": {"grade_id": "dot_scores"}}
    slow = "a;" * 4_900 + "$"
    notebook["cells"] += [
        {"cell_type": "code", "metadata": marked_as, "source": f"x{0 if alike else i};{slow}"}
        for i in range(150)
    ]
    parsed: list[str] = []
    parse = ast.parse

    def counted(source: str) -> ast.Module:
        parsed.append(source)
        return parse(source)

    monkeypatch.setattr("autograder.submission.mending.ast.parse", counted)
    submission = read(notebook)
    assert len(parsed) == len(set(parsed))
    assert sum(map(len, parsed)) <= 200_000
    assert source(submission, "dot_scores_answer") == SOLVED
    assert any("200,000 characters" in note for note in submission.mended) != alike
