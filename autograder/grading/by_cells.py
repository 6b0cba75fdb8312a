"""Trusted side. nbgrader's rule for assignments whose tests are in their cells, minus its traps.

A test cell that raises earns nothing, one that ends in a number earns that, any other earns
everything. Here stderr is no failure, and a value that can be no score is decided by a person:
nbgrader gives full points for it.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograder.checks.cell_run import CellRun
from autograder.course.layout import Assignment, Task
from autograder.result import CheckResult, Outcome, Status, TaskResult

_MOST_SHOWN = 60  # characters of a value


def judge_by_test_cells(assignment: Assignment, runs: Iterable[CellRun]) -> list[TaskResult]:
    """A verdict for each task that has tests."""
    of_cell = {run.cell.grade_id: run for run in runs}
    return [_judged(task, of_cell.get(task.name)) for task in assignment.tested]


def _judged(task: Task, run: CellRun | None) -> TaskResult:
    if run is None or run.failure is not None:
        message = run.failure or "" if run else "its test cell was not run"
        return _result(task, 0.0, Outcome.FAILED, message)
    if not run.has_value:
        return _result(task, task.points, Outcome.PASSED)
    score = score_of(run.value, task.points)
    if score is None:
        why = (
            f"its test cell ends in {_shown(run)}, which is no score from 0 to {task.points:g}; "
            "a person decides"
        )
        return _result(task, None, Outcome.GRADER_FAULT, why)
    return _result(task, score, Outcome.PASSED if score == task.points else Outcome.FAILED)


def score_of(value: Any, most: float) -> float | None:
    """A test cell's last value as partial credit; None if it is no number from 0 to `most`."""
    if type(value) is np.ndarray and value.ndim == 0 and value.dtype.kind in "iuf":
        value = value.item()
    if type(value) not in (int, float) or not math.isfinite(value) or not 0 <= value <= most:
        return None
    return float(value)


def _shown(run: CellRun) -> str:
    text = run.value_text.strip() or "something that is not shown"
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def _result(task: Task, score: float | None, outcome: Outcome, message: str = "") -> TaskResult:
    check = CheckResult(
        name=task.name,
        title="The test cell runs without an error",
        outcome=outcome,
        points=score or 0.0,
        max_points=task.points,
        message=message,
    )
    return TaskResult(
        name=task.name,
        score=score,
        max_score=task.points,
        status=Status.NEEDS_REVIEW if score is None else Status.GRADED,
        checks=(check,),
        why=message if score is None else "",
    )
