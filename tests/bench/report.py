"""Rows of the table: what was measured, beside its goal."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.table import Table

Found = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure. `value` and `goal` are numbers of the same kind; `at_least` says which is good.

    `figure` names what was measured; `key` is the measurement that it comes from.
    """

    key: str
    figure: str
    kit: str
    nbgrader: str = ""
    otter: str = ""
    value: float
    unit: str
    goal: float
    at_least: bool = True

    @property
    def reached(self) -> bool:
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    @property
    def shown(self) -> str:
        return number(self.value, self.unit)

    @property
    def shown_goal(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.goal:g}{self.unit}"

    @property
    def verdict(self) -> str:
        return "reached" if self.reached else "missed"


def number(value: float, unit: str) -> str:
    return f"{value:.0f}{unit}" if unit == " ms" else f"{value:.{1 if value >= 3 else 2}f}{unit}"


def for_a_class(part: Found, program: str) -> float:
    """Seconds for the whole class; from a smaller class by what each submission added.

    Not a number for a program that is not there.
    """
    run = part[program]
    if run is None:
        return math.nan
    if program == "kit":
        return float(run["wall_s"])
    each = (run["wall_s"] - run["start_s"]) / part["few"]
    return float(run["start_s"] + each * part["students"])


CLASSES = {
    "class": ("`alignment-scores`", 15.0),
    "tensorflow": ("`alignment-scores`, importing TensorFlow", 30.0),
    "models": ("`bilstm-attention`, with accuracy", 8.0),
}


def rows(found: Found) -> list[Row]:
    """All figures that have a goal and were measured."""
    every = (*_class_rows(found), *_overhead_rows(found), *_fork_rows(found), *_worker_rows(found))
    return list(every)


def _class_rows(found: Found) -> Iterator[Row]:
    for key, (figure, goal) in CLASSES.items():
        if key in found:
            part = found[key]
            walls = {name: for_a_class(part, name) for name in ("kit", "nbgrader", "otter")}
            yield Row(
                key=key,
                figure=f"class of {part['students']}, {figure}, cold start",
                kit=_seconds(walls["kit"], part["students"]),
                nbgrader=_seconds(walls["nbgrader"], part["students"]),
                otter=_seconds(walls["otter"], part["students"]),
                value=walls["nbgrader"] / walls["kit"],
                unit="×",
                goal=goal,
            )


def _seconds(wall: float, students: int) -> str:
    if math.isnan(wall):
        return "not there"
    return f"{wall:.1f} s ({wall / students:.2f} s each)"


def _overhead_rows(found: Found) -> Iterator[Row]:
    for name, part in found.get("overhead", {}).items():
        yield Row(
            key="overhead",
            figure=f"CPU time over the same calls unprotected, `{name}`",
            kit=f"{part['kit']:.3f} s against {part['bare']:.3f} s",
            value=part["ratio"],
            unit="×",
            goal=1.3,
            at_least=False,
        )


def _fork_rows(found: Found) -> Iterator[Row]:
    for flavour, ms in found.get("fork", {}).get("ms", {}).items():
        yield Row(
            key="fork",
            figure=f"fork to first reply, isolated, {flavour}",
            kit=f"{ms['fastest']:.0f} to {ms['slowest']:.0f} ms",
            value=ms["median"],
            unit=" ms",
            goal=60,
            at_least=False,
        )


def _worker_rows(found: Found) -> Iterator[Row]:
    for name, part in found.get("workers", {}).items():
        large, jobs = part["sizes"][1], part["jobs"]
        one, more = part["walls"][f"1 × {large}"], part["walls"][f"{jobs} × {large}"]
        each, each_more = part["each"]["1"], part["each"][str(jobs)]
        figure = f"{jobs} workers over one, {name}"
        cold = f"{figure}, class of {large} from a cold start"
        steady = f"{figure}, without what a run costs once"
        for value, shown, kit in (
            (part["cold"], cold, f"{one:.1f} s to {more:.1f} s"),
            (part["steady"], steady, f"{each:.3f} s to {each_more:.3f} s each"),
        ):
            if value > 0:  # otherwise noise was larger than what is measured
                yield Row(key="workers", figure=shown, kit=kit, value=value, unit="×", goal=1.8)


def table(found: Found) -> Table:
    shown = Table("Figure", "This kit", "Stock nbgrader", "Otter-Grader", "Result", "Goal", "")
    for row in rows(found):
        style = "green" if row.reached else "red"
        texts = [text.replace("`", "") for text in (row.figure, row.kit, row.nbgrader, row.otter)]
        shown.add_row(*texts, row.shown, row.shown_goal, f"[{style}]{row.verdict}[/]")
    return shown
