"""A cell that shows a quiz stands alone: no files, no network, no two quizzes with one id."""

import ast
import json
import random
import re
import sys
from pathlib import Path
from typing import Any

import jupyterquiz
import pytest

from autograder.course.embed import with_modules
from autograder.errors import CourseError
from autograder.quiz import cell_source, select
from autograder.quiz.questions import show

Case = dict[str, Any]


def question(text: str) -> Case:
    """A question without problems."""
    right = {
        "answer": "yes",
        "correct": True,
        "feedback": "Correct. This is the answer to it.",
    }
    wrong = {
        "answer": "no",
        "correct": False,
        "feedback": "Not quite. Yes is the answer to it.",
    }
    return {"question": text, "type": "multiple_choice", "answers": [right, wrong]}


QUIZ = [question(f"Is {n} a number?") for n in ("one", "two", "three")]


def written(folder: Path) -> Path:
    path = folder / "quiz.json"
    path.write_text(json.dumps(QUIZ), encoding="utf-8")
    return path


HOSTILE = """'''"\\" \\' \\n {packed} </script><script>alert(1)</script> αₜ · Σ 😀 \u2028 %s {0}"""


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is handed to jupyterquiz, instead of being displayed."""
    calls: list[Any] = []
    monkeypatch.setattr(jupyterquiz, "display_quiz", lambda quiz, **_: calls.append(quiz))
    return calls


def test_two_quizzes_after_one_seed_have_different_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[Any] = []
    monkeypatch.setattr("jupyterquiz.dynamic.display.display", pages.append)
    source = cell_source(QUIZ)
    for _ in range(2):
        random.seed(1)
        exec(source, {})
    ids = [match[1] for p in pages if (match := re.match(r'<div id="(\w+)"', p.data or ""))]
    assert len(ids) == 2
    assert ids[0] != ids[1]


def test_quiz_leaves_the_random_numbers_of_the_notebook_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("jupyterquiz.dynamic.display.display", lambda _: None)
    random.seed(1)
    due = random.random()
    random.seed(1)
    exec(cell_source(QUIZ), {})
    assert random.random() == due


def test_quiz_cell_needs_neither_files_nor_network() -> None:
    tree = ast.parse(cell_source(QUIZ))
    imports = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    modules = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    assert imports | modules == {"IPython.display", "base64", "json", "random", "jupyterquiz"}
    assert not names & {"open", "Path", "exec", "eval", "__import__"}


def test_quiz_cell_survives_what_stands_in_a_question(shown: list[Any]) -> None:
    quiz = [question(HOSTILE)]
    source = cell_source(quiz)
    assert "<script" not in source
    assert source.isascii()
    assert max(map(len, source.splitlines())) <= 100
    exec(source, {})
    assert shown == [quiz]


def test_quiz_cell_says_what_to_do_without_jupyterquiz(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "jupyterquiz", None)
    exec(cell_source(QUIZ), {})
    assert "%pip install jupyterquiz" in capsys.readouterr().out


def test_release_carries_the_questions_that_the_source_names(
    tmp_path: Path, shown: list[Any]
) -> None:
    written(tmp_path)
    runs = ["%run -m autograder.quiz ../../quiz.json" + numbers for numbers in ("", " 2", " 2-3\n")]
    cells = [{"cell_type": "code", "metadata": {"tags": ["a"]}, "source": run} for run in runs]
    text = {"cell_type": "markdown", "metadata": {}, "source": runs[0]}
    folder = tmp_path / "source" / "a"
    folder.mkdir(parents=True)
    whole = with_modules({"cells": [*cells, text]}, folder)
    for cell in whole["cells"][:3]:
        assert cell["metadata"] == {"tags": ["a"]}
        exec(cell["source"], {})
    assert shown == [QUIZ, QUIZ[1:2], QUIZ[1:]]
    assert whole["cells"][3] == text


def test_author_sees_what_the_release_shows(tmp_path: Path, shown: list[Any]) -> None:
    show([str(written(tmp_path)), "2"])
    assert shown == [QUIZ[1:2]]


@pytest.mark.parametrize("numbers", ["0", "4", "1-4", "3-2", "x", "1-", "-1"])
def test_questions_that_are_not_there_are_a_course_error(numbers: str) -> None:
    with pytest.raises(CourseError, match="there are no questions"):
        select(QUIZ, numbers)
