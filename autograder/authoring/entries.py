"""Trusted side. Entries of a bank: which tasks judge one, and whether it is as its folder says."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.authoring.specimen import Files, files_in, grade_specimen, solved, with_answer
from autograder.course.layout import Assignment, Task
from autograder.course.notebooks import Notebook
from autograder.errors import CourseError
from autograder.result import Outcome, TaskResult
from autograder.sandbox import Sandbox

KINDS = ("accepted", "wrong", "hostile")
_ANSWER = "answer.py"  # of an entry that is a folder: files, and this cell if it is there
_OUR_FAULT = "the grader itself failed"
_AT_MOST = re.compile(r"# at most: (\d+(?:\.\d+)?)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class BankEntry:
    """One entry, made for `task`. `judged_by` is the assignment with the tasks that judge it."""

    kind: str
    path: Path
    task: Task
    judged_by: Assignment

    @property
    def name(self) -> str:
        """Its place below the assignment's folder in the bank."""
        return f"{self.kind}/{self.path.name}"

    def text(self) -> str:
        """Its own notebook or solution cell; empty for files alone."""
        source = self.path / _ANSWER if self.path.is_dir() else self.path
        return source.read_text() if source.is_file() else ""

    def handed_in(self, reference: Notebook) -> tuple[Notebook, Files]:
        """The submission that it stands for: the reference with a cell or files replaced."""
        assignment, text = self.judged_by, self.text()
        files = files_in(self.path if self.path.is_dir() else assignment.solutions, assignment)
        if self.path.suffix == ".ipynb":
            return json.loads(text), files
        return (with_answer(reference, self.task.name, text) if text else reference), files


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryReport:
    """How one entry fared in its own task. `why` says what is not as expected."""

    path: str
    kind: str
    task: str
    score: float | None
    max_score: float
    failed_checks: tuple[str, ...]
    why: str

    @property
    def ok(self) -> bool:
        """Whether it is as its folder says."""
        return not self.why

    @property
    def is_judged(self) -> bool:
        """Whether there is a verdict; there is none if we failed."""
        return not self.why.startswith(_OUR_FAULT)

    def to_json(self) -> dict[str, Any]:
        """As `verify --json` has it."""
        return {
            "path": self.path,
            "kind": self.kind,
            "task": self.task,
            "score": self.score,
            "max_score": self.max_score,
            "ok": self.ok,
            "failed_checks": list(self.failed_checks),
        }


def bank_entries(assignment: Assignment, folder: Path) -> tuple[BankEntry, ...]:
    """Every entry for the assignment in a bank, which is a folder like `solutions/`.

    Each is judged by its own task, and by others that it could hurt. Left out are tasks that a
    person grades, and tasks on files: their verdict follows from the reference's file, which an
    entry cannot touch, and from the tasks that they need, where another right solution may not fit
    the file. Hostile entries may act there, so they are judged by these. Other costly tasks judge
    the first entry of each kind and task: one is enough to find that a check of theirs depends on
    this task.

    Raises:
        CourseError: if there is none, or one names no task.
    """
    entries, seen = [], set()
    for kind, path in _paths(folder / assignment.name):
        own = _task_of(assignment, path)
        first = (kind, own) not in seen
        seen.add((kind, own))
        tasks = tuple(
            task
            for task in assignment.tested
            if task == own
            or (own.name in task.needs and kind == "hostile")
            or not (task.files or (task.costly and not first))
        )
        judged_by = replace(assignment, tasks=tasks)
        entries.append(BankEntry(kind=kind, path=path, task=own, judged_by=judged_by))
    return tuple(entries)


def _paths(own: Path) -> list[tuple[str, Path]]:
    """Kind and place of each entry below the assignment's folder, in a stable order."""
    found = [
        (kind, path)
        for kind in KINDS
        for path in sorted(own.glob(f"{kind}/*"))
        if path.suffix in {".py", ".ipynb"} or path.is_dir()
    ]
    if not found:
        raise CourseError(f"{own} holds no accepted/, wrong/ or hostile/ entries to verify with")
    return found


def _task_of(assignment: Assignment, path: Path) -> Task:
    name = path.name.partition("__")[0]
    for task in assignment.tested:
        if task.name == name:
            return task
    raise CourseError(
        f"{path} names no task of {assignment.name} that is tested: <task>__<how>{path.suffix}"
    )


def grade_entry(assignment: Assignment, sandbox: Sandbox, entry: BankEntry) -> EntryReport:
    """Hand the entry in as a stranger's submission, and see whether it is as its folder says."""
    notebook, files = entry.handed_in(solved(assignment))
    result = grade_specimen(entry.judged_by, notebook, entry.path.stem, sandbox, files)
    own = next(task for task in result.tasks if task.name == entry.task.name)
    others = [task for task in result.tasks if task.name != entry.task.name]
    return report_on(
        entry,
        score=own.score,
        failed_checks=[c.name for c in own.checks if c.outcome is not Outcome.PASSED],
        why=_complaint(entry.kind, own, others, _at_most(entry.text())),
    )


def lost_entry(entry: BankEntry) -> EntryReport:
    """The report on an entry that could not be graded."""
    why = f"{_OUR_FAULT}: its process was ended twice while it judged this entry"
    return report_on(entry, score=None, failed_checks=(), why=why)


def report_on(
    entry: BankEntry, *, score: float | None, failed_checks: Sequence[str], why: str
) -> EntryReport:
    """A report with what the entry itself says."""
    return EntryReport(
        path=f"{entry.judged_by.name}/{entry.name}",
        kind=entry.kind,
        task=entry.task.name,
        score=score,
        max_score=entry.task.points,
        failed_checks=tuple(failed_checks),
        why=why,
    )


def _complaint(kind: str, task: TaskResult, others: Sequence[TaskResult], at_most: float) -> str:
    """What is not as the entry's folder says, or nothing."""
    if any(one.score is None and not (kind == "hostile" and one.why) for one in (task, *others)):
        return _OUR_FAULT
    gained = task.score or 0.0  # an attack that waits for a person has gained nothing
    if kind == "accepted" and gained < task.max_score:
        failed = [f"{c.name} ({c.message})" for c in task.checks if c.outcome != Outcome.PASSED]
        return f"rejected, though right: {'; '.join(failed)}"
    if kind == "wrong" and gained >= task.max_score:
        return "survives: it gets full points, though wrong"
    if kind == "hostile" and gained > at_most:
        return f"gains {gained:g} points where at most {at_most:g} are honest"
    lost = [other.name for other in others if other.score != other.max_score]
    if kind != "hostile" and lost:
        return f"loses points in {', '.join(lost)}, which it does not touch"
    return ""


def _at_most(text: str) -> float:
    match = _AT_MOST.match(text.partition("\n")[0])
    return float(match.group(1)) if match else 0.0
