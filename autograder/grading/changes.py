"""Trusted side. Whose grade becomes another one, and by which checks."""

from dataclasses import dataclass, replace
from typing import Self

from autograder.result import Result, TaskResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A grade that would become another one; scores are None where a person must look."""

    student: str
    task: str
    before: float | None
    after: float | None
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The tasks, by name, that are not what they were when they were last written."""

    answers: frozenset[str] = frozenset()
    verdicts: frozenset[str] = frozenset()

    def within(self, notebook: str) -> Self:
        """With the plain names that tasks have in one of several notebooks."""
        before = f"{notebook}/" if notebook else ""
        answers, verdicts = (
            frozenset(name.removeprefix(before) for name in names if name.startswith(before))
            for names in (self.answers, self.verdicts)
        )
        return replace(self, answers=answers, verdicts=verdicts)


def changes(before: Result | None, after: Result) -> list[Change]:
    """In which tasks a result differs from that of an earlier grading, if there was one."""
    known = {task.name: task for task in before.tasks} if before else {}
    return [
        Change(
            student=after.student,
            task=task.name,
            before=known[task.name].score if task.name in known else None,
            after=task.score,
            checks=_differing(known.get(task.name), task),
        )
        for task in after.tasks
        if task.name not in known or known[task.name].score != task.score
    ]


def says_otherwise(before: TaskResult | None, after: TaskResult) -> bool:
    """Whether the verdict on a task is another one, apart from its words."""
    return before is None or _verdict(before) != _verdict(after)


def _verdict(task: TaskResult) -> object:
    return task.score, [(check.name, check.outcome, check.points) for check in task.checks]


def _differing(before: TaskResult | None, after: TaskResult) -> tuple[str, ...]:
    """The checks that came out otherwise, by name; all that failed if there was nothing before."""
    if before is None:
        return tuple(check.name for check in after.checks if check.points < check.max_points)
    old = {check.name: check.points for check in before.checks}
    new = {check.name: check.points for check in after.checks}
    return tuple(sorted(name for name in {*old, *new} if old.get(name) != new.get(name)))
