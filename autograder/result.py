"""Trusted side. Plain records of a verdict; they import nothing of ours and know no nbgrader."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

LACKED = "it imports {}, which the grader does not have"  # why a person must look at a task


class Outcome(StrEnum):
    """How one check ended. All but the first and the last are the submission's doing."""

    PASSED = "passed"
    FAILED = "failed"
    RAISED = "raised"
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    MISSING = "missing"
    GRADER_FAULT = "grader_fault"


class Status(StrEnum):
    """Whether a person has to look at it."""

    GRADED = "graded"
    NEEDS_REVIEW = "needs_review"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """How one check ended. `fault` says what failed on our side, to instructors alone.

    `doubt` says why it may not be the submission's mistake; it becomes the task's `why`.
    """

    name: str
    title: str
    outcome: Outcome
    points: float
    max_points: float
    message: str
    fault: str = ""
    doubt: str = ""

    def to_json(self) -> dict[str, Any]:
        """What a report holds; a result with a fault is not stored."""
        data = asdict(self)
        del data["fault"], data["doubt"]
        return {**data, "outcome": self.outcome.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """One graded cell. `score` is None when a person must judge it; `why` says for what reason.

    A person reads a written answer; and whatever could not be judged waits for one.
    """

    name: str
    score: float | None
    max_score: float
    status: Status
    checks: tuple[CheckResult, ...]
    why: str = ""

    @property
    def telling(self) -> tuple[CheckResult, ...]:
        """The checks to show: one without points says something only if it was not passed."""
        return tuple(c for c in self.checks if c.max_points or c.outcome is not Outcome.PASSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The verdict on one submission.

    `outputs` maps a code cell's position in the mended notebook to what it showed, as nbformat
    output dictionaries; it is for feedback only and is not part of the report. Where the assignment
    has several notebooks, `notebooks` has the verdict on each, with its outputs and plain names of
    tasks; in `tasks` the notebook stands before the name.
    """

    assignment: str
    student: str
    status: Status
    score: float | None
    max_score: float
    sealed: bool
    isolation: str
    mended: tuple[str, ...]
    tasks: tuple[TaskResult, ...]
    outputs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    notebooks: "dict[str, Result]" = field(default_factory=dict)

    @property
    def earned(self) -> float:
        """The points of the tasks that are judged."""
        return sum(task.score for task in self.tasks if task.score is not None)

    @property
    def open(self) -> float:
        """The points that wait for a person: neither earned nor lost."""
        return sum(task.max_score for task in self.tasks if task.score is None)

    @property
    def lasting(self) -> bool:
        """Whether grading again would say the same: nothing failed on our side."""
        outcomes = (check.outcome for task in self.tasks for check in task.checks)
        return Outcome.GRADER_FAULT not in outcomes and all(
            task.score is not None or task.why for task in self.tasks
        )

    def report(self) -> dict[str, Any]:
        """What `autograder check --json` prints; without times, so that it is reproducible."""
        return {
            "assignment": self.assignment,
            "student": self.student,
            "status": self.status.value,
            "score": self.score,
            "max_score": self.max_score,
            "sealed": self.sealed,
            "isolation": self.isolation,
            "mended": list(self.mended),
            "tasks": {task.name: _task_report(task) for task in self.tasks},
        }

    def to_json(self) -> dict[str, Any]:
        """Everything, for the store."""
        data = self.report()
        for task in self.tasks:
            data["tasks"][task.name]["why"] = task.why
        data["outputs"] = {str(index): outputs for index, outputs in self.outputs.items()}
        data["notebooks"] = {name: part.to_json() for name, part in self.notebooks.items()}
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The result of which `to_json` made this."""
        tasks = tuple(
            TaskResult(
                name=name,
                score=task["score"],
                max_score=task["max_score"],
                status=Status(task["status"]),
                why=task["why"],
                checks=tuple(
                    CheckResult(**{**check, "outcome": Outcome(check["outcome"])})
                    for check in task["checks"]
                ),
            )
            for name, task in data["tasks"].items()
        )
        return cls(
            assignment=data["assignment"],
            student=data["student"],
            status=Status(data["status"]),
            score=data["score"],
            max_score=data["max_score"],
            sealed=data["sealed"],
            isolation=data["isolation"],
            mended=tuple(data["mended"]),
            tasks=tasks,
            outputs={int(index): outputs for index, outputs in data["outputs"].items()},
            notebooks={name: cls.from_json(part) for name, part in data["notebooks"].items()},
        )


def _task_report(task: TaskResult) -> dict[str, Any]:
    return {
        "score": task.score,
        "max_score": task.max_score,
        "status": task.status.value,
        "checks": [check.to_json() for check in task.checks],
    }
