"""Trusted side. One class for each of the three graders, rivals in a jail; what came of it."""

import json
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.attacks.jail import jail_argv, run
from tests.attacks.trials import (
    ATTACK,
    NAME,
    Marks,
    class_with,
    mark_checks,
    marked_assignment,
    wrong_notebook,
)
from tests.bench import programs
from tests.bench.classes import COURSE, own_course
from tests.bench.programs import Kit, Nbgrader, Otter, Scores

WALL_S = 240
# So long may a process that outlived its notebook go on.
_AFTERWARDS = 'set +e; "$@"; sleep 3'
_MOST_READ = 20 << 20


@dataclass(frozen=True, kw_only=True)
class ClassOutcome:
    """What came of a class. `held` is what the first student could learn from the run.

    `ended` says that the run, or that submission, had to be ended from outside.
    """

    scores: dict[str, Scores | None]
    held: str
    ended: bool
    log: str = field(repr=False)


class Stand(ABC):
    """One grader and its course, laid out once; every class is graded in a copy of that."""

    def __init__(self, folder: Path) -> None:
        self.marks = Marks()
        self._folder = folder / "pristine"
        self._folder.mkdir()
        self._copies = folder
        self._lay_out()

    @abstractmethod
    def _lay_out(self) -> None:
        """Everything but the attack, in `_folder`."""

    @abstractmethod
    def _grade(self, place: Path) -> ClassOutcome:
        """Grade what lies in `place`, a copy of `_folder`."""

    @abstractmethod
    def _hand_in(self, place: Path, first: str) -> None:
        """Put the notebook of the first student into the copy."""

    def grade(self, first: str) -> ClassOutcome:
        """A class whose first student hands in `first`."""
        with tempfile.TemporaryDirectory(dir=self._copies) as place:
            copy = Path(shutil.copytree(self._folder, Path(place, "copy")))
            self._hand_in(copy, first)
            return self._grade(copy)

    def _jailed(self, place: Path, command: Sequence[str | Path], **settings: Any) -> bool:
        """Run a rival in the copy, which it finds where it was laid out; was it ended?"""
        around = {"COURSE_TOKEN": self.marks.words["the environment"], **settings["environ"]}
        later = ["/bin/sh", "-c", _AFTERWARDS, "sh", *command]
        argv = jail_argv(
            place,
            later,
            seen_as=self._folder,
            readable=settings["readable"],
            environ=around,
            cwd=self._folder / "course",
        )
        with (place / "log").open("wb") as log:
            return not run(argv, log, wall_s=WALL_S)


class KitStand(Stand):
    """This kit in its own sandbox; no jail, since it must hold without one."""

    @staticmethod
    def title() -> str:
        return "this kit"

    def _lay_out(self) -> None:
        root = own_course(self._folder / "course", NAME, class_with(wrong_notebook(), self.marks))
        mark_checks(root, self.marks)
        Kit().prepare(root, COURSE.assignment(NAME))

    def _hand_in(self, place: Path, first: str) -> None:
        _replace(place / "course", first)

    def _grade(self, place: Path) -> ClassOutcome:
        root, kit = place / "course", Kit()
        around = {**kit.environment(root), "COURSE_TOKEN": self.marks.words["the environment"]}
        with (place / "log").open("wb") as log:
            ended = not run(kit.command(NAME), log, wall_s=WALL_S, cwd=root, env=around)
        scores = {one["student"]: _points(one) for one in _json(root / "report.json") or []}
        return ClassOutcome(scores=scores, ended=ended, held=_held(root), log=_tail(place / "log"))


class NbgraderStand(Stand):
    """Stock nbgrader with its default settings, hidden checks as hidden tests."""

    @staticmethod
    def title() -> str:
        return f"nbgrader {version('nbgrader')}"

    def _lay_out(self) -> None:
        assignment = marked_assignment(self._folder / "marked", self.marks)
        handed = class_with(wrong_notebook(), self.marks)
        Nbgrader().lay_out(self._folder, assignment, handed)
        shutil.rmtree(self._folder / "marked")

    def _hand_in(self, place: Path, first: str) -> None:
        _replace(place / "course", first)

    def _grade(self, place: Path) -> ClassOutcome:
        rival, root = Nbgrader(), place / "course"
        around = {"HOME": str(self._folder / "course")}
        ended = self._jailed(place, rival.command(NAME), environ=around, readable=[])
        log = _tail(place / "log")
        return ClassOutcome(scores=rival.scores(root, NAME), ended=ended, held=_held(root), log=log)


class OtterStand(Stand):
    """Otter's local `otter run`, one submission after the other, without its containers."""

    @staticmethod
    def title() -> str:
        return f"Otter-Grader {Otter().version()}"

    def _lay_out(self) -> None:
        assignment = marked_assignment(self._folder / "marked", self.marks)
        root = self._folder / "course"
        root.mkdir()
        handed = class_with(wrong_notebook(), self.marks)
        self._submissions = Otter().lay_out(root, assignment, handed)
        shutil.rmtree(self._folder / "marked")

    def _hand_in(self, place: Path, first: str) -> None:
        path = place / self._submissions[0].relative_to(self._folder)
        path.write_text(programs.without_test_cells(first))

    def _grade(self, place: Path) -> ClassOutcome:
        rival, root = Otter(), self._folder / "course"
        command = rival.command(root, NAME, self._submissions, jobs=1)
        ended = self._jailed(
            place,
            command,
            environ={"HOME": str(root), "PATH": f"{rival.scripts}:/usr/bin:/bin"},
            readable=[rival.scripts.parent, Path(programs.__file__).parent],
        )
        log = _tail(place / "log")
        seen = [place / path.relative_to(self._folder) for path in self._submissions]
        return ClassOutcome(
            scores=rival.scores(seen),
            ended=ended or _seconds(log)[:1] == [None],
            held=_held(place / "course") + _text(seen[0].parent / "results" / "results.json"),
            log=log,
        )


STANDS: dict[str, type[Any]] = {"kit": KitStand, "nbgrader": NbgraderStand, "otter": OtterStand}


def _replace(root: Path, first: str) -> None:
    (root / "submitted" / ATTACK / NAME / f"{NAME}.ipynb").write_text(first)


def _points(report: dict[str, Any]) -> Scores | None:
    tasks = report["tasks"] if report["score"] is not None else {}
    return {name: task["score"] for name, task in tasks.items()} or None


def _held(root: Path) -> str:
    """The outputs of the first student's notebook, and the file that attacks leave at home."""
    notebook = _json(root / "autograded" / ATTACK / NAME / f"{NAME}.ipynb") or {"cells": []}
    outputs = [cell.get("outputs", []) for cell in notebook["cells"]]
    return json.dumps(outputs)[:_MOST_READ] + _text(root / "loot.txt")


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_READ).decode(errors="replace")
    except OSError:
        return ""


def _json(path: Path) -> Any:
    try:
        return json.loads(_text(path))
    except ValueError:
        return None


def _tail(path: Path) -> str:
    return _text(path)[-20_000:]


def _seconds(log: str) -> list[Any]:
    """What otter_class.py said last: the seconds of each submission."""
    for line in reversed(log.splitlines()):
        if line.startswith("["):
            found: list[Any] = json.loads(line)
            return found
    return []
