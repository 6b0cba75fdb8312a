"""Trusted side. The page on a whole class, for instructors; student text is shown as text."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from autograder.report.score import UNSEALED, Standing, State, mean, waiting_words
from autograder.report.table import points
from autograder.result import LACKED, CheckResult, Outcome, Result
from autograder.sandbox.tiers import TIERS

_LACKED = re.compile(re.escape(LACKED).replace(r"\{\}", "(.+)"))


@cache
def environment() -> Environment:
    """The templates of all pages."""
    pages = Environment(
        loader=PackageLoader("autograder.report"),
        autoescape=select_autoescape((), ("css",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    pages.globals.update(points=points, waiting_words=waiting_words)
    return pages


def class_page(
    results: Sequence[Result], standings: Mapping[str, Standing], link: Callable[[Result], str]
) -> str:
    """Who needs a person, which checks were hard, and every student with a link to the feedback.

    `results` are those of one assignment, at least one; `standings` are of the whole course.
    """
    first = results[0]
    verdicts = {result.student: result for result in results}
    return (
        environment()
        .get_template("class.html.j2")
        .render(
            name=first.assignment,
            counted=counted(standings.values()),
            isolations=how_isolated(results),
            unsealed=how_unsealed(results),
            lacking=how_lacking(results),
            verdicts=verdicts,
            standings=list(standings.values()),
            review=[one for one in standings.values() if one.state is State.OPEN],
            tasks=_tasks(results),
            names=[task.name for task in first.tasks],
            whys=lambda one: _whys(one, verdicts.get(one.student)),
            link=link,
        )
    )


def counted(standings: Collection[Standing]) -> str:
    """A class in numbers: who handed in, who is graded, and the mean of those."""
    states = Counter(one.state for one in standings)
    graded, still = states[State.GRADED], states[State.OPEN]
    line = (
        f"{graded + still} handed in: {graded} graded, {still} open; "
        f"{states[State.MISSING]} missing"
    )
    average = mean([*standings])
    if average is None:
        return line
    most = points(max(one.max_score for one in standings))
    return f"{line}. Mean of the {graded} graded: {points(round(average, 2))} of {most} points"


def how_lacking(results: Sequence[Result]) -> list[str]:
    """How many submissions wait since they import a package that boxes do not have, and which."""
    found = Counter(
        package[1]
        for result in results
        for why in {task.why for task in result.tasks}
        if (package := _LACKED.fullmatch(why))
    )
    return [
        f"{count} submission{' imports' if count == 1 else 's import'} {package}, which the grader "
        "does not have; to grade them again with it, install it and name it in "
        "c.Autograder.packages."
        for package, count in found.most_common()
    ]


def how_unsealed(results: Sequence[Result]) -> list[str]:
    """A warning, if student code could have changed the outcome."""
    return [] if all(result.sealed for result in results) else [f"{UNSEALED}."]


def _whys(standing: Standing, result: Result | None) -> list[str]:
    faults = [] if result is None else our_faults(result)
    reasons = [task.why for task in result.tasks if task.why] if result else []
    notes = [f"{note}." for note in result.mended] if result and not faults else []
    return [f"{standing.why}.", *dict.fromkeys(reasons), *faults, *notes]


def how_isolated(results: Sequence[Result]) -> list[str]:
    """How student code was kept apart, for instructors; several ways on a mixed cluster."""
    return [TIERS[tier].on_pages for tier in sorted({result.isolation for result in results})]


def our_faults(result: Result) -> list[str]:
    """What failed on our side, in words for the author of the checks."""
    checks = [check for task in result.tasks for check in task.checks]
    return [f"our fault in {check.name}: {check.fault}" for check in checks if check.fault]


@dataclass(frozen=True, slots=True, kw_only=True)
class _CheckOfAll:
    """How a check came out for a class."""

    title: str
    max_points: float
    passed: int
    of: int

    @property
    def share(self) -> float:
        return self.passed / self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class _TaskOfAll:
    """A task's checks, those first that most students failed."""

    name: str
    checks: list[_CheckOfAll]


def _tasks(results: Sequence[Result]) -> list[_TaskOfAll]:
    by_task: dict[str, dict[str, list[CheckResult]]] = {}
    for result in results:
        for task in result.tasks:
            for check in task.checks:
                by_task.setdefault(task.name, {}).setdefault(check.name, []).append(check)
    return [
        _TaskOfAll(name=name, checks=sorted(map(_summed, checks.values()), key=attrgetter("share")))
        for name, checks in by_task.items()
    ]


def _summed(checks: list[CheckResult]) -> _CheckOfAll:
    return _CheckOfAll(
        title=checks[0].title,
        max_points=checks[0].max_points,
        passed=sum(check.outcome is Outcome.PASSED for check in checks),
        of=len(checks),
    )
