"""Trusted side. The autograded notebook: the mended cells, what they showed, and our verdict.

The outputs of a test cell are ours alone, since the first of them decides the score in nbgrader.
"""

from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils

from autograder.course.layout import Assignment
from autograder.course.notebooks import read_trusted, text_of
from autograder.report.table import task_table, task_text
from autograder.result import Result
from autograder.submission.reading import Submission

SEALED = "autograder_sealed"  # in the notebook's metadata, for its feedback page
_WITH_IDS = 5  # the first minor version of nbformat 4 in which cells have ids
# nbgrader grades without one as well.
_NO_RELEASE: dict[str, Any] = {"cells": [], "metadata": {}, "nbformat": 4}


def mended_notebook(assignment: Assignment, submission: Submission | None) -> NotebookNode:
    """The submission's cells in the release's notebook, without outputs; or the release alone."""
    release = read_trusted(assignment.release) if assignment.release.is_file() else _NO_RELEASE
    blank = [{**cell, "source": text_of(cell)} for cell in release["cells"]]
    cells = blank if submission is None else map(_as_nbformat, submission.cells)
    minor = max(release.get("nbformat_minor", 0), _WITH_IDS)
    whole = {**release, "nbformat_minor": minor, "cells": list(cells)}
    return as_notebook(whole)


def as_notebook(content: dict[str, Any]) -> NotebookNode:
    """As nbformat and nbgrader have it, with attributes; a copy."""
    notebook: NotebookNode = nbformat.from_dict(content)
    return notebook


def put_verdict(nb: NotebookNode, result: Result, assignment: Assignment) -> None:
    """Put what the cells showed below them, and each task's table below its test cell."""
    nb.metadata[SEALED] = result.sealed
    tasks = {task.name: task for task in result.tasks}
    first = assignment.tasks[0].name if assignment.tasks else ""
    for index, cell in enumerate(nb.cells):
        if cell.cell_type != "code":
            continue
        cell.execution_count = None
        if not utils.is_grade(cell) or utils.is_solution(cell):
            cell.outputs = [as_notebook(o) for o in result.outputs.get(index, [])]
            continue
        task = tasks.get(cell.metadata["nbgrader"]["grade_id"])
        if task is None:
            cell.outputs = []
            continue
        notes = result.mended if task.name == first else ()
        table = {"text/html": task_table(task, notes), "text/plain": task_text(task)}
        cell.outputs = [_output("display_data", data=table)]
        if task.score is not None:
            score = {"text/plain": repr(task.score)}
            cell.outputs.append(_output("execute_result", data=score, execution_count=None))


def _output(kind: str, **content: Any) -> NotebookNode:
    output: NotebookNode = nbformat.v4.new_output(kind, **content)
    return output


def _as_nbformat(cell: dict[str, Any]) -> dict[str, Any]:
    if cell["cell_type"] != "code":
        return cell
    return {**cell, "outputs": [], "execution_count": None}
