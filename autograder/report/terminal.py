"""Trusted side. Results on a terminal; student text is shown as text, never as markup."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from autograder.report.page import counted, how_isolated, how_lacking, how_unsealed, our_faults
from autograder.report.score import Standing, score_words, waiting_words
from autograder.report.table import MARKS, points
from autograder.result import Outcome, Result, TaskResult

if TYPE_CHECKING:
    from autograder.authoring.bank import BankReport
    from autograder.grading.changes import Change

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def console(*, json_on_stdout: bool = False) -> Console:
    """Reports go to stdout, unless JSON is asked for there."""
    stream = sys.stderr if json_on_stdout else sys.stdout
    return Console(file=stream, highlight=False, width=None if stream.isatty() else 120)


def plain(text: str) -> Text:
    """A stranger's text without control sequences or markup."""
    return Text(_CONTROL.sub("", text))


def show_result(out: Console, result: Result) -> None:
    """One submission's report."""
    title = plain(f"{result.assignment} · {result.student} · {_score(result)}")
    table = Table("Check", "Result", "Points", title=title, title_justify="left")
    for task in result.tasks:
        worth = f"{points(task.score)} / {points(task.max_score)}"
        table.add_row(Text(task.name, "bold"), plain(task.why), worth)
        for check in task.telling:
            mark, words = MARKS[check.outcome]
            text = plain(f"  {check.title}" + (f"\n    {check.message}" if check.message else ""))
            worth = f"{points(check.points)} / {points(check.max_points)}"
            table.add_row(text, f"{mark} {words}", worth)
        table.add_section()
    out.print(table)
    for note in result.mended:
        out.print(plain(f"Note: {note}."))
    for fault in our_faults(result):
        out.print(plain(fault))
    for line in how_isolated([result]):
        out.print(plain(line))
    for warning in how_unsealed([result]):
        out.print(plain(warning), style="bold red")


def say(out: Console, text: str) -> None:
    """One line of our own, which is not broken: it may hold a path."""
    out.print(plain(text), soft_wrap=True)


def show_class(
    out: Console,
    results: Sequence[Result],
    unwritten: Sequence[str] = (),
    standings: Mapping[str, Standing] = MappingProxyType({}),
) -> None:
    """A line for each student with the checks that were not passed; what is `unwritten`, why.

    Scores are those of the gradebook where `standings` has them; beside one that differs stands
    what the engine said.
    """
    table = Table("Student", "Score", "What to look at", title_justify="left")
    for result in results:
        notes = [line for task in result.tasks for line in _failing(task)]
        notes += our_faults(result)
        notes += [f"mended: {note}" for note in result.mended]
        standing = standings.get(result.student)
        score = _final(standing) if standing and standing.tasks else _score(result)
        table.add_row(plain(result.student), plain(score), plain("\n".join(notes)))
    out.print(table)
    if standings:
        say(out, f"{counted(standings.values())}.")
        known = {result.student for result in results}
        new = [one for one in standings if standings[one].handed_in and one not in known]
        if new:
            say(out, f"Handed in, but not graded yet: {', '.join(new)}.")
    for line in how_lacking(results):
        say(out, line)
    for warning in how_unsealed(results):
        out.print(plain(warning), style="bold red")
    for line in unwritten:
        out.print(plain(f"not in the gradebook: {line}"))


def _final(standing: Standing) -> str:
    said = standing.words()
    if not standing.differs:
        return said
    return f"{said} (the engine said {points(standing.engine)})"


def _failing(task: TaskResult) -> list[str]:
    """The task's checks that were not passed, by outcome, in a line each."""
    by_outcome: dict[Outcome, list[str]] = {}
    for check in task.checks:
        if check.outcome is not Outcome.PASSED:
            by_outcome.setdefault(check.outcome, []).append(check.name.removeprefix("check_"))
    every = len(task.checks)
    return [
        f"{task.name}: {MARKS[outcome][1]}: "
        + ("every check" if len(names) == every else ", ".join(names))
        for outcome, names in by_outcome.items()
    ]


def show_bank(out: Console, report: "BankReport") -> None:
    """What `verify` found: how the checks did, then every entry that is not as it must be."""
    table = Table("Check", "Catches", "Alone", title=report.assignment, title_justify="left")
    for name, caught in report.caught.items():
        table.add_row(plain(name), str(caught), str(report.alone[name]))
    out.print(table)
    for kind in ("accepted", "wrong", "hostile"):
        entries = [entry for entry in report.entries if entry.kind == kind]
        good = sum(entry.ok for entry in entries)
        out.print(f"{kind}: {good} of {len(entries)} as expected")
    others = "" if report.graded == len(report.entries) else "; every other verdict is known"
    out.print(f"graded now: {report.graded} of {len(report.entries)}{others}")
    for problem in report.problems:
        out.print(plain(f"  {problem}"))
    for name in report.idle_checks:
        out.print(plain(f"  idle: {name} fails for no wrong entry"))


def show_plan(out: Console, plan: Mapping[str, str]) -> None:
    """Who would be graded or written, and why; `plan` is by student."""
    for student, why in plan.items():
        if why:
            out.print(plain(f"{student}: {why}"))
    todo = sum(bool(why) for why in plan.values())
    out.print(f"{todo} of {len(plan)} submissions to do; nothing was run or written")


def show_changes(out: Console, changes: Sequence["Change"]) -> None:
    """Whose grade would change, from what to what, and by which checks."""
    table = Table("Student", "Task", "In the gradebook", "Now", "By", title_justify="left")
    for change in changes:
        table.add_row(
            plain(change.student),
            change.task,
            points(change.before),
            points(change.after),
            ", ".join(name.removeprefix("check_") for name in change.checks),
        )
    out.print(table if changes else "No grade would change.")


def line_of(result: Result) -> str:
    """One submission in one line."""
    return f"{result.student}: {_score(result)}"


class _Rate(ProgressColumn):
    """How many a second; none are done at first."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:.1f}/s")


@contextmanager
def progress(out: Console, title: str, total: int) -> Iterator[Callable[[str], None]]:
    """A bar with the rate and the time that is left on a terminal, else a line for each item."""
    if not out.is_terminal:
        done = count(1)
        yield lambda line: out.print(plain(f"{next(done)}/{total} {line}"))
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda line: bar.update(task, advance=1, description=_CONTROL.sub("", line)[:60])


def _score(result: Result) -> str:
    if result.open == result.max_score and result.max_score:
        return f"needs review, {waiting_words(result.open)}"
    if result.score is None and not result.open:  # what waits is worth no points
        return f"{points(result.earned)} of {points(result.max_score)}, needs review"
    return score_words(result.earned, result.max_score, result.open)
