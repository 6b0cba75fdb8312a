"""Trusted side. Notebooks of our own making, graded through the same door as a submission."""

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from autograder.config import Flavour
from autograder.course.embed import with_modules
from autograder.course.layout import Assignment
from autograder.course.notebooks import (
    Notebook,
    answer_to,
    cell_of,
    grade_id_of,
    is_solution,
    text_of,
)
from autograder.errors import CourseError
from autograder.grading.one import grade
from autograder.result import Result
from autograder.sandbox import Sandbox
from autograder.submission.reading import Submission, read_submission

Files = Mapping[str, bytes]
_NO_SECRET = re.compile(r"\s*(?:import |from .* import |(?:async )?def .*:\s*$|class .*:\s*$)")


def solved(assignment: Assignment) -> Notebook:
    """The source notebook with its solutions and without their delimiters or any output."""
    notebook = with_modules(assignment.read_source(), assignment.source.parent)
    for cell in notebook["cells"]:
        cell["source"] = assignment.settings.delimiters.solved(text_of(cell))
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return notebook


def solution_lines(assignment: Assignment) -> set[str]:
    """Every line that only instructors see, stripped; short ones say nothing.

    Of a cell for students without a region that is the whole text, as nbgrader replaces it all.
    What it imports and how its functions are called is no secret, and neither is what stands there
    instead.
    """
    settings, found = assignment.settings, set[str]()
    for cell in assignment.read_source()["cells"]:
        text = text_of(cell)
        if is_solution(cell) and settings.delimiters.begin_solution not in text:
            found |= {line for line in text.splitlines() if not _NO_SECRET.match(line)}
        else:
            found |= set(settings.delimiters.solutions_in(text))
    stubs = {line.strip() for stub in settings.stubs for line in stub.splitlines()}
    return {line for line in map(str.strip, found) if len(line) >= 12} - stubs


def with_answer(notebook: Notebook, task: str, source: str) -> Notebook:
    """The notebook with another solution cell for `task`.

    Raises:
        CourseError: if no cell is there for it.
    """
    name = _answer_cell(notebook, task)
    cells = [
        {**cell, "source": source} if grade_id_of(cell) == name else cell
        for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def answer(notebook: Notebook, task: str) -> str:
    """The text of the solution cell of `task`.

    Raises:
        CourseError: if no cell is there for it.
    """
    return text_of(cell_of(notebook, _answer_cell(notebook, task)))


def _answer_cell(notebook: Notebook, task: str) -> str:
    name = answer_to(notebook["cells"], task)
    if name is None:
        raise CourseError(
            f"no cell above the test cell {task!r} is for its solution; mark one as a solution, or "
            f"name it {task}_answer"
        )
    return name


def files_in(folder: Path, assignment: Assignment) -> Files:
    """Those files in `folder` that belong to a submission beside its notebook."""
    paths = [folder / name for name in assignment.files]
    return {path.name: path.read_bytes() for path in paths if path.is_file()}


def grade_specimen(
    assignment: Assignment, notebook: Notebook, name: str, sandbox: Sandbox, files: Files
) -> Result:
    """Hand in the notebook and the files in a folder, read it as a stranger's, and grade it."""
    return grade(assignment, sandbox, _handed_in(assignment, notebook, name, files))


def flavour_of(assignment: Assignment) -> Flavour:
    """Which fork-server the reference needs."""
    return _handed_in(assignment, solved(assignment), "reference", {}).flavour


def _handed_in(assignment: Assignment, notebook: Notebook, name: str, files: Files) -> Submission:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{assignment.name}.ipynb")
        path.write_text(json.dumps(notebook))
        for file, content in files.items():
            path.with_name(file).write_bytes(content)
        return read_submission(path, assignment, student=name)
