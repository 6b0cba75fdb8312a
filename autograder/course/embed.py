"""Trusted side. Puts the course's own modules and quizzes into a notebook: it needs no other file.

In a source notebook a cell `%run -i ../reviews.py` runs a module that several notebooks share, and
`%run -m autograder.quiz ../../quizzes/NAME.json 1-3` shows questions. In the release, and
whenever the notebook leaves its folder, that cell contains the module's text or the questions.
"""

import re
from pathlib import Path

from autograder.course.notebooks import Cell, Notebook, text_of
from autograder.errors import CourseError
from autograder.quiz import cell_source, read_quiz, select

_RUN = re.compile(r"\s*%run -i (\S+\.py)\s*")
_QUIZ = re.compile(r"\s*%run -m autograder\.quiz (\S+\.json)(?: (\S+))?\s*")


def with_modules(notebook: Notebook, folder: Path) -> Notebook:
    """The notebook with each such cell replaced; paths are relative to `folder`.

    Raises:
        CourseError: if a module or a question is not there, or a quiz has problems.
    """
    return {**notebook, "cells": [_with_module(cell, folder) for cell in notebook["cells"]]}


def _with_module(cell: Cell, folder: Path) -> Cell:
    if cell["cell_type"] != "code":
        return cell
    source = text_of(cell)
    quiz = _QUIZ.fullmatch(source)
    if quiz:
        questions = select(read_quiz(folder / quiz[1]), quiz[2])
        return {**cell, "source": cell_source(questions).rstrip("\n")}
    found = _RUN.fullmatch(source)
    if not found:
        return cell
    path = folder / found.group(1)
    try:
        return {**cell, "source": path.read_text().rstrip("\n")}
    except OSError as error:
        raise CourseError(f"{folder}: the cell {source.strip()!r} finds no file: {error}") from None
