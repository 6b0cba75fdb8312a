"""Trusted side. Checks the checks: grades right, wrong and hostile submissions on purpose."""

import json
import re
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from autograder.authoring.specimen import files_in, flavour_of, grade_specimen, solved, with_answer
from autograder.course.layout import Assignment
from autograder.errors import CourseError, HiddenCheckError
from autograder.grading.local import Graders
from autograder.result import Outcome, Result, TaskResult
from autograder.sandbox import Sandbox

KINDS = ("accepted", "wrong", "hostile")
_ANSWER = "answer.py"  # of an entry that is a folder: files, and this cell if it is there
_AT_MOST = re.compile(r"# at most: (\d+(?:\.\d+)?)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryReport:
    """How one bank entry fared in its own task. `why` says what is not as it must be."""

    path: str
    kind: str
    task: str
    score: float | None
    max_score: float
    failed_checks: tuple[str, ...]
    why: str

    @property
    def ok(self) -> bool:
        return not self.why

    def to_json(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "kind": self.kind,
            "task": self.task,
            "score": self.score,
            "max_score": self.max_score,
            "ok": self.ok,
            "failed_checks": list(self.failed_checks),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BankReport:
    """`caught` counts the wrong entries that a check fails, `alone` those that only it fails."""

    assignment: str
    entries: tuple[EntryReport, ...]
    caught: dict[str, int]
    alone: dict[str, int]
    grader_problem: str = ""
    problems: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = [f"{entry.path}: {entry.why}" for entry in self.entries if not entry.ok]
        if self.grader_problem:
            found.append(self.grader_problem)
        object.__setattr__(self, "problems", tuple(found))

    @property
    def idle_checks(self) -> tuple[str, ...]:
        return tuple(name for name, count in self.caught.items() if count == 0)

    @property
    def ok(self) -> bool:
        return not self.problems and not self.idle_checks

    def to_json(self) -> dict[str, Any]:
        return {
            "assignment": self.assignment,
            "ok": self.ok,
            "entries": [entry.to_json() for entry in self.entries],
            "idle_checks": list(self.idle_checks),
            "caught_alone": self.alone,
        }


def bank_entries(assignment: Assignment, folder: Path) -> list[tuple[str, Path]]:
    """Every entry as (kind, path), in a stable order.

    Raises:
        CourseError: if `folder` has none for the assignment, or one names no task.
    """
    own = folder / assignment.name
    entries = [
        (kind, path)
        for kind in KINDS
        for path in sorted(own.glob(f"{kind}/*"))
        if path.suffix in (".py", ".ipynb") or path.is_dir()
    ]
    if not entries:
        raise CourseError(f"{own} holds no accepted/, wrong/ or hostile/ entries to verify with")
    return entries


def verify(
    assignment: Assignment,
    folder: Path,
    sandbox: Sandbox,
    each: Callable[[EntryReport], None] = lambda _: None,
    *,
    jobs: int = 1,
) -> BankReport:
    """Grade every entry of the bank, `jobs` at a time; `each` is told of every one.

    Hidden checks that cannot be used are a finding too.

    Raises:
        CourseError: if the bank is not usable.
    """
    try:
        return _verify(assignment, folder, sandbox, each, jobs)
    except HiddenCheckError as error:
        return BankReport(
            assignment=assignment.name, entries=(), caught={}, alone={}, grader_problem=str(error)
        )


def _verify(
    assignment: Assignment,
    folder: Path,
    sandbox: Sandbox,
    each: Callable[[EntryReport], None],
    jobs: int,
) -> BankReport:
    base = _grade_reference(assignment, sandbox)
    # A check without points says something to the instructor; no entry can lose points by it.
    names = [
        f"{task.name}: {check.name}"
        for task in base.tasks
        for check in task.checks
        if check.max_points
    ]
    caught, alone = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    reports = []
    entries = _with_reach(assignment, bank_entries(assignment, folder))
    judge, lost = partial(_judge, folder=folder), partial(_lost, assignment, folder)
    expecting = [flavour_of(assignment)] * len(entries)
    with closing(Graders(sandbox, jobs=jobs, expecting=expecting)) as graders:
        for _, report in graders.each(assignment, judge, entries, lost):
            reports.append(report)
            each(report)
            failed = report.failed_checks if report.kind == "wrong" else ()
            for name in failed:
                caught[f"{report.task}: {name}"] += 1
            if len(failed) == 1:
                alone[f"{report.task}: {failed[0]}"] += 1
    after = _grade_reference(assignment, sandbox)
    problem = ""
    if base.score != assignment.max_score:
        problem = f"the reference itself gets {base.score} of {assignment.max_score:g}"
    elif after.report() != base.report():
        problem = "the reference is graded differently after the bank: an entry left something"
    return BankReport(
        assignment=assignment.name,
        entries=tuple(sorted(reports, key=lambda report: report.path)),
        caught=caught,
        alone=alone,
        grader_problem=problem,
    )


def _grade_reference(assignment: Assignment, sandbox: Sandbox) -> Result:
    files = files_in(assignment.solutions, assignment)
    return grade_specimen(assignment, solved(assignment), "reference", sandbox, files)


def _with_reach(
    assignment: Assignment, entries: Sequence[tuple[str, Path]]
) -> list[tuple[str, Path, Assignment]]:
    """Every entry with the tasks by which it is judged: its own, and others that it could hurt.

    Left out are tasks on files: their verdict follows from the reference's file, which an entry
    cannot touch, and from the tasks that they need, where another right solution may not fit the
    file. Hostile entries may act there, so they are judged by these. Other costly tasks are judged
    for the first entry of each kind and task: that a check of theirs rests on this task is found by
    one as well as by forty.
    """
    seen, found = set(), []
    for kind, path in entries:
        own = _task_of(assignment, path)
        first = (kind, own) not in seen
        seen.add((kind, own))
        tasks = tuple(
            task
            for task in assignment.tasks
            if task.name == own
            or (own in task.needs and kind == "hostile")
            or not (task.files or (task.costly and not first))
        )
        found.append((kind, path, replace(assignment, tasks=tasks)))
    return found


def _task_of(assignment: Assignment, path: Path) -> str:
    name = path.name.partition("__")[0]
    if name not in {task.name for task in assignment.tasks}:
        raise CourseError(f"{path} names no task of {assignment.name}: <task>__<how>{path.suffix}")
    return name


def _lost(assignment: Assignment, folder: Path, entry: tuple[str, Path, Assignment]) -> EntryReport:
    kind, path, _ = entry
    task = next(t for t in assignment.tasks if t.name == _task_of(assignment, path))
    return EntryReport(
        path=str(path.relative_to(folder)),
        kind=kind,
        task=task.name,
        score=None,
        max_score=task.points,
        failed_checks=(),
        why="the grader's own process was ended by it, twice",
    )


def _judge(
    assignment: Assignment, sandbox: Sandbox, entry: tuple[str, Path, Assignment], *, folder: Path
) -> EntryReport:
    kind, path, reach = entry
    task_name = _task_of(assignment, path)
    notebook = solved(assignment)
    files = files_in(path if path.is_dir() else assignment.solutions, assignment)
    source = path / _ANSWER if path.is_dir() else path
    text = source.read_text() if source.is_file() else ""
    if text:
        by_py = source.suffix == ".py"
        notebook = with_answer(notebook, task_name, text) if by_py else json.loads(text)
    result = grade_specimen(reach, notebook, path.stem, sandbox, files)
    task = next(task for task in result.tasks if task.name == task_name)
    others = [other for other in result.tasks if other.name != task_name]
    return EntryReport(
        path=str(path.relative_to(folder)),
        kind=kind,
        task=task_name,
        score=task.score,
        max_score=task.max_score,
        failed_checks=tuple(c.name for c in task.checks if c.outcome is not Outcome.PASSED),
        why=_complaint(kind, task, others, _at_most(text)),
    )


def _complaint(kind: str, task: TaskResult, others: list[TaskResult], at_most: float) -> str:
    """What is not as the entry's folder says, or nothing."""
    if task.score is None or any(other.score is None for other in others):
        return "the grader itself failed"
    if kind == "accepted" and task.score < task.max_score:
        failed = [f"{c.name} ({c.message})" for c in task.checks if c.outcome != Outcome.PASSED]
        return f"rejected, though right: {'; '.join(failed)}"
    if kind == "wrong" and task.score >= task.max_score:
        return "survives: it gets full points, though wrong"
    if kind == "hostile" and task.score > at_most:
        return f"gains {task.score:g} points where at most {at_most:g} are honest"
    lost = [other.name for other in others if other.score != other.max_score]
    if kind != "hostile" and lost:
        return f"loses points in {', '.join(lost)}, which it does not touch"
    return ""


def _at_most(text: str) -> float:
    match = _AT_MOST.match(text.partition("\n")[0])
    return float(match.group(1)) if match else 0.0
