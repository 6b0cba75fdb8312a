"""Notebooks under other names are recognised, or named and left to a person."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course.layout import Assignment, Course
from autograder.course.notebooks import Notebook, cell_of
from autograder.errors import NotebookError
from autograder.submission.reading import Submission, read_collected
from tests.conftest import ASSIGNMENT, ROOT, notebook_of

SOLVED = "def dot_scores(query, keys):\n    return 42"
BLANK = notebook_of(ROOT, "release")
OTHER = notebook_of(ROOT, "release", "softmax-attention")
LESSON = notebook_of(ROOT, "release", "why-attention")
SCRATCH = {"cells": [{"cell_type": "code", "source": "print(1)", "metadata": {}}]}
Collect = Callable[..., Submission]


def solved(text: str = SOLVED) -> Notebook:
    made = copy.deepcopy(BLANK)
    cell_of(made, "dot_scores_answer")["source"] = text
    return made


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return Course(root=ROOT).assignment(ASSIGNMENT)


@pytest.fixture
def collect(assignment: Assignment, tmp_path: Path) -> Collect:
    def read(files: dict[str, Notebook | str]) -> Submission:
        folder = tmp_path / ASSIGNMENT
        folder.mkdir()
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content if isinstance(content, str) else json.dumps(content))
        return read_collected(folder / f"{ASSIGNMENT}.ipynb", assignment, student="s")

    return read


def answer(submission: Submission) -> Any:
    return cell_of({"cells": list(submission.cells)}, "dot_scores_answer")["source"]


@pytest.mark.parametrize(
    "name",
    [
        f"{ASSIGNMENT} (1).ipynb",
        f"{ASSIGNMENT}-Copy1.ipynb",
        f"{ASSIGNMENT}_final.ipynb",
        f"{ASSIGNMENT.upper()}.IPYNB",
        "Untitled.ipynb",
        f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb",
        f"submission/{ASSIGNMENT}/{ASSIGNMENT} (2).ipynb",
    ],
)
def test_only_candidate_is_taken_whatever_its_name(collect: Collect, name: str) -> None:
    submission = collect({name: solved()})
    assert answer(submission) == SOLVED
    assert submission.mended == (f"taken for {ASSIGNMENT}.ipynb: {name!r}",)


def test_what_programs_leave_behind_is_no_candidate(collect: Collect) -> None:
    left = f".ipynb_checkpoints/{ASSIGNMENT}-checkpoint.ipynb"
    files = {left: BLANK, f"__MACOSX/._{ASSIGNMENT}.ipynb": "x", "mine.ipynb": solved()}
    assert answer(collect(files)) == SOLVED


def test_two_equal_copies_are_one_candidate(collect: Collect) -> None:
    assert answer(collect({"a.ipynb": solved(), "b.ipynb": solved()})) == SOLVED


def test_notebook_with_work_counts_and_others_are_named(collect: Collect) -> None:
    submission = collect({f"{ASSIGNMENT}.ipynb": solved(), "old.ipynb": solved("draft")})
    assert answer(submission) == SOLVED
    assert submission.mended == (f"not read, since {ASSIGNMENT}.ipynb is there: 'old.ipynb'",)


@pytest.mark.parametrize(
    "files",
    [
        {f"{ASSIGNMENT}.ipynb": BLANK, f"{ASSIGNMENT}-Copy1.ipynb": solved()},
        {"a.ipynb": solved(), "b.ipynb": solved("other")},
    ],
    ids=["the asked one is blank", "two that differ"],
)
def test_more_than_one_that_it_could_be_is_left_to_a_person(
    collect: Collect, files: dict[str, Any]
) -> None:
    with pytest.raises(NotebookError) as refused:
        collect(files)
    for name in files:
        assert name in str(refused.value)


def test_blank_copies_beside_a_blank_notebook_are_no_answers(collect: Collect) -> None:
    submission = collect({f"{ASSIGNMENT}.ipynb": BLANK, f"{ASSIGNMENT} (1).ipynb": BLANK})
    assert "NotImplementedError" in answer(submission)


def test_folder_without_a_notebook_says_what_is_there(collect: Collect) -> None:
    with pytest.raises(NotebookError, match=r"but 'work\.zip'; ask for the notebook"):
        collect({"work.zip": "PK"})


def test_answer_that_only_another_file_has_is_left_to_a_person(collect: Collect) -> None:
    begun = copy.deepcopy(BLANK)
    cell_of(begun, "additive_scores_answer")["source"] = "# begun"
    with pytest.raises(NotebookError, match=r"lacks answers that are in 'copy\.ipynb'"):
        collect({f"{ASSIGNMENT}.ipynb": begun, "copy.ipynb": solved(), "blank.ipynb": BLANK})


@pytest.mark.parametrize("other", [OTHER, LESSON, SCRATCH], ids=["other", "lesson", "scratch"])
def test_notebook_that_is_not_this_assignments_is_no_candidate(
    collect: Collect, other: Notebook
) -> None:
    submission = collect({f"{ASSIGNMENT} (1).ipynb": solved(), "a.ipynb": other})
    assert answer(submission) == SOLVED
    assert submission.mended[1] == "not read: 'a.ipynb'"


def test_solved_notebook_of_another_assignment_has_no_answer_of_this_one(collect: Collect) -> None:
    submission = collect({f"{ASSIGNMENT}.ipynb": BLANK, "a.ipynb": OTHER})
    assert "NotImplementedError" in answer(submission)


def test_lesson_handed_in_for_an_assignment_is_named(collect: Collect) -> None:
    with pytest.raises(NotebookError, match="this is the notebook of 'why-attention'"):
        collect({f"{ASSIGNMENT}.ipynb": LESSON})


def test_packed_file_under_the_notebooks_name_is_named(collect: Collect) -> None:
    with pytest.raises(NotebookError, match="is a packed file; ask for the notebook"):
        collect({f"{ASSIGNMENT}.ipynb": "PK\x03\x04"})


@pytest.mark.parametrize(
    ("said", "python"), [("3.13.0+", "3.13.0+"), ("3.12.3", "3.12.3"), ("3.12.3 <b>", ""), (3, "")]
)
def test_version_that_a_notebook_says_is_a_version_or_nothing(
    collect: Collect, said: object, python: str
) -> None:
    made = solved()
    made["metadata"] = {"language_info": {"version": said}}
    assert collect({f"{ASSIGNMENT}.ipynb": made}).python == python


@pytest.mark.parametrize("name", [f"{ASSIGNMENT}.ipynb", "softmax-attention.ipynb"])
def test_notebook_of_another_assignment_is_named(collect: Collect, name: str) -> None:
    """Both have a setup cell with the same mark, so that some of it is this assignment's."""
    with pytest.raises(NotebookError, match="this is the notebook of 'softmax-attention'"):
        collect({name: OTHER})


def test_the_wrong_notebook_is_named_wherever_releases_are(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.release_directory = "out/students"\n'
    )
    for name, notebook in ((ASSIGNMENT, BLANK), ("softmax-attention", OTHER)):
        for folder in ("source", "out/students"):
            (tmp_path / folder / name).mkdir(parents=True)
            (tmp_path / folder / name / f"{name}.ipynb").write_text(json.dumps(notebook))
    handed_in = tmp_path / "submitted" / "s" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    handed_in.parent.mkdir(parents=True)
    handed_in.write_text(json.dumps(OTHER))
    with pytest.raises(NotebookError, match="this is the notebook of 'softmax-attention'"):
        read_collected(handed_in, Course(root=tmp_path).assignment(ASSIGNMENT), student="s")
