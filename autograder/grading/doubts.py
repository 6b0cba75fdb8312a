"""Trusted side, pure. Which tasks wait for a person, since they were made in another environment.

A doubt costs nobody points and gives nobody any: a task that has all its points keeps them, and one
that lost some has no score, and says why.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from autograder.checks.cell_run import CellRun
from autograder.checks.lacking import lacked, newer_python
from autograder.course.layout import Task
from autograder.result import CheckResult, Status, TaskResult

_DEFINED = re.compile(
    r"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]+)?=(?!=)"
    r"|^[ \t]*(?:import|from)[ \t]+(.+)$",
    re.MULTILINE,
)
_WORD = re.compile(r"[^\W\d]\w*")


def settled(result: TaskResult, task: Task, runs: Sequence[CellRun], python: str) -> TaskResult:
    """The result of a task, without a score if it lost points that a doubt is about.

    `runs` are the cells as they ran, `python` is the version that the notebook says, or empty.
    """
    if result.score is None or result.score >= result.max_score:
        return result
    why = _in_checks(result) or _in_cells(task, runs, python)
    if not why:
        return result
    checks = tuple(_saying(check, why) for check in result.checks)
    return replace(result, score=None, status=Status.NEEDS_REVIEW, why=why, checks=checks)


def _saying(check: CheckResult, why: str) -> CheckResult:
    if check.points >= check.max_points or why in check.message:
        return check
    return replace(check, message=f"{why[0].upper()}{why[1:]}.\n{check.message}")


def _in_checks(result: TaskResult) -> str:
    lost = (check for check in result.checks if check.points < check.max_points)
    return next((check.doubt for check in lost if check.doubt), "")


def _in_cells(task: Task, runs: Sequence[CellRun], python: str) -> str:
    """Why a cell did not run that the task rests on."""
    own = {run.cell.index for run in runs if _belongs(run, task)}
    for run in runs:
        why = _why(run, python)
        if why and (not own or own & _resting_on(run, runs)):
            return why
    return ""


def _belongs(run: CellRun, task: Task) -> bool:
    return run.cell.grade_id in (task.name, task.answer) or task.name in _names(run)


def _why(run: CellRun, python: str) -> str:
    why = lacked(run.error)
    if why:
        return why
    newer = newer_python(run.error, python)
    return f"{newer}, in which cell {run.cell.index + 1} does not run" if newer else ""


def _resting_on(failed: CellRun, runs: Sequence[CellRun]) -> set[int]:
    """The positions of the cells that use what a cell defines, or what such a cell defines."""
    found, names = {failed.cell.index}, _names(failed)
    while True:
        more = [
            run
            for run in runs
            if run.cell.index not in found and names & set(_WORD.findall(run.cell.source))
        ]
        if not more:
            return found
        found.update(run.cell.index for run in more)
        names = names.union(*map(_names, more))


def _names(run: CellRun) -> set[str]:
    """What a cell defines, imports included."""
    found = _DEFINED.findall(run.cell.source)
    return {word for parts in found for part in parts for word in _WORD.findall(part)}
