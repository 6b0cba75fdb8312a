"""Trusted side. The page on a whole class, for instructors; student text is shown as text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from autograder.report.table import points
from autograder.result import CheckResult, Outcome, Result, Status
from autograder.sandbox.tiers import TIERS


@cache
def environment() -> Environment:
    """The templates of all pages."""
    pages = Environment(
        loader=PackageLoader("autograder.report"),
        autoescape=select_autoescape((), ("css",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    pages.globals["points"] = points
    return pages


def class_page(results: Sequence[Result], link: Callable[[Result], str]) -> str:
    """Who needs a person, which checks were hard, and every student with a link to the feedback.

    `results` are those of one assignment, at least one.
    """
    first = results[0]
    return (
        environment()
        .get_template("class.html.j2")
        .render(
            name=first.assignment,
            max_score=first.max_score,
            isolations=how_isolated(results),
            results=results,
            scores=[result.score for result in results if result.score is not None],
            review=[result for result in results if result.status is Status.NEEDS_REVIEW],
            tasks=_tasks(results),
            whys=lambda result: our_faults(result) or [f"{note}." for note in result.mended],
            link=link,
        )
    )


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
