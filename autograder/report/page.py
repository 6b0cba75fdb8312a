"""Trusted side. The page on a whole class, for instructors; student text is shown as text."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.report.table import points
from autograder.result import CheckResult, Outcome, Result, Status
from autograder.sandbox.tiers import TIERS


@cache
def environment() -> Environment:
    """The templates of all pages."""
    pages = Environment(
        loader=PackageLoader("autograder.report"),
        autoescape=lambda name: name is None or not name.endswith(".css"),
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
    """What failed on our side, in words for whoever wrote the checks."""
    checks = [check for task in result.tasks for check in task.checks]
    return [f"our fault in {check.name}: {check.fault}" for check in checks if check.fault]


def _tasks(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Each task's checks with how many passed, those first that most people failed."""
    by_task: dict[str, dict[str, list[CheckResult]]] = {}
    for result in results:
        for task in result.tasks:
            for check in task.checks:
                by_task.setdefault(task.name, {}).setdefault(check.name, []).append(check)
    return [
        {"name": name, "checks": sorted(map(_summed, checks.values()), key=_share)}
        for name, checks in by_task.items()
    ]


def _summed(checks: list[CheckResult]) -> dict[str, Any]:
    return {
        "title": checks[0].title,
        "max_points": checks[0].max_points,
        "passed": sum(check.outcome is Outcome.PASSED for check in checks),
        "of": len(checks),
    }


def _share(check: dict[str, Any]) -> float:
    return float(check["passed"] / check["of"])
