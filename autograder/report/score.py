"""Trusted side. What a student's final number is made of, by nbgrader's own formula, and its words.

What nobody has decided is no number: it is neither earned nor lost, and there is no final score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from autograder.report.table import points

UNSEALED = (
    "NOT SEALED: the tests of this assignment ran in the student's own process, which can forge "
    "their outcome"
)


class State(StrEnum):
    """Where a student stands in an assignment."""

    GRADED = "graded"
    OPEN = "open"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskScore:
    """One graded cell: what the engine said, what a person said, and extra credit beside both.

    `again` says that what a person gave a score for changed after that: it counts no more, and the
    person is asked again.
    """

    name: str
    max_score: float
    auto: float | None = None
    manual: float | None = None
    extra: float = 0.0
    again: bool = False

    @property
    def open(self) -> bool:
        """Whether neither the engine nor a person gave a score."""
        return self.auto is None and self.manual is None

    @property
    def waits(self) -> bool:
        """Whether a person has to look at it before there is a final score."""
        return self.open or self.again

    @property
    def decided(self) -> float | None:
        """The score without extra credit: a person's, if there is one; None while one is due."""
        if self.waits:
            return None
        return self.auto if self.manual is None else self.manual

    @property
    def score(self) -> float | None:
        """With extra credit; extra credit alone is no score."""
        return None if self.decided is None else self.decided + self.extra

    @property
    def change(self) -> str:
        """In words, whether a person changed what the engine said."""
        if self.again:
            return f"it changed after a person had given {points(self.manual)}"
        if self.manual is None or self.manual == self.auto:
            return ""
        if self.auto is None:
            return "a person graded it"
        return f"a person changed it from {points(self.auto)} to {points(self.manual)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a student stands in an assignment. Without tasks nothing is graded yet."""

    student: str
    max_score: float
    tasks: tuple[TaskScore, ...] = ()
    late_penalty: float = 0.0
    handed_in: bool = True

    @property
    def state(self) -> State:
        """Whether there is a final score, and if not, whose turn it is."""
        if not self.handed_in:
            return State.MISSING
        judged = self.tasks and not any(task.waits for task in self.tasks)
        return State.GRADED if judged else State.OPEN

    @property
    def raw(self) -> float:
        """The points so far, without the penalty."""
        return sum(task.score for task in self.tasks if task.score is not None)

    @property
    def earned(self) -> float:
        """The points so far, after the penalty, which takes no more than there is."""
        return max(0.0, self.raw - self.late_penalty)

    @property
    def waiting(self) -> float:
        """The points that wait for a person."""
        return sum(task.max_score for task in self.tasks if task.waits)

    @property
    def score(self) -> float | None:
        """The final score; None while anything waits for a person, or nothing was handed in."""
        return self.earned if self.state is State.GRADED else None

    @property
    def engine(self) -> float | None:
        """What the engine alone said; None if a task was not its to judge."""
        known = [task.auto for task in self.tasks if task.auto is not None]
        return sum(known) if len(known) == len(self.tasks) else None

    @property
    def differs(self) -> bool:
        """Whether the final score is not what the engine said."""
        return self.state is State.GRADED and self.engine != self.score

    @property
    def why(self) -> str:
        """Why there is no final score."""
        if self.state is State.MISSING:
            return "nothing was handed in"
        if not self.tasks:
            return "handed in, but not graded yet"
        parts = [
            f"{' and '.join(names)} {verb}{'s' if len(names) == 1 else ''} {what}"
            for names, verb, what in (
                ([t.name for t in self.tasks if t.open], "wait", "for a person"),
                (
                    [t.name for t in self.tasks if t.again],
                    "change",
                    "after a person had graded it",
                ),
            )
            if names
        ]
        return "; ".join(parts)

    def words(self) -> str:
        """The score as people read it."""
        if self.state is State.MISSING:
            return "missing"
        if not self.tasks:
            return "not graded yet"
        if self.state is State.OPEN and not self.waiting:  # what waits is worth no points
            said = f"{points(self.earned)} of {points(self.max_score)}, {self.why}"
        elif self.waiting and self.waiting == self.max_score:
            said = f"needs review, {waiting_words(self.waiting)}"
        else:
            said = f"{score_words(self.earned, self.max_score, self.waiting)}"
        more = [said, *self.details()]
        return "; ".join(more)

    def details(self) -> list[str]:
        """What the score has in it beside the engine's points."""
        found = [f"{task.name}: {task.change}" for task in self.tasks if task.change]
        if extra := sum(task.extra for task in self.tasks if not task.waits):
            found.append(f"{points(extra)} extra")
        if self.late_penalty:  # as feedback has it
            found.append(f"{points(self.raw - self.earned)} less for handing in late")
        return found

    def to_json(self) -> dict[str, Any]:
        """What `--json` has beside the engine's verdict."""
        return {
            "state": self.state.value,
            "score": self.score,
            "max_score": self.max_score,
            "earned": self.earned,
            "open": self.waiting,
            "late_penalty": self.late_penalty,
            "engine": self.engine,
            "tasks": {
                task.name: {
                    "score": task.score,
                    "max_score": task.max_score,
                    "automatic": task.auto,
                    "manual": task.manual,
                    "extra_credit": task.extra,
                }
                for task in self.tasks
            },
        }


def score_words(earned: float, max_score: float, waiting: float) -> str:
    """For example "18/20", or "5 of 8, 3 points wait for a person"."""
    if not waiting:
        return f"{points(earned)}/{points(max_score)}"
    return f"{points(earned)} of {points(max_score)}, {waiting_words(waiting)}"


def waiting_words(waiting: float) -> str:
    """How many points nobody has decided."""
    return f"{points(waiting)} point{' waits' if waiting == 1 else 's wait'} for a person"


def mean(standings: Sequence[Standing]) -> float | None:
    """Of those who are graded."""
    scores = [standing.score for standing in standings if standing.score is not None]
    return sum(scores) / len(scores) if scores else None
