"""Trusted side. One submission in its boxes: runs its cells, asks it, says how it failed.

A box that ends is replaced by a fresh one in which the cells run again, without those that ended
a box. Each task is judged in a box of its own; so one mistake costs its own checks and not those of
the next task, and a task's verdict does not depend on which others are judged.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autograder.checks.cell_run import CellRun, not_run, run_cell
from autograder.checks.explain import explain_error, sizes_in
from autograder.errors import SandboxFault
from autograder.result import Outcome
from autograder.sandbox import BoxEnded, RecordedBox, Recorder
from autograder.submission.reading import CodeCell, Submission

_OURS = "ours"
_MAX_SHOWN = 16 << 20  # characters for each submission


class StudentFailure(BaseException):
    """The submission's doing. No Exception, so that Hypothesis does not try it again smaller."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message


class Session:
    """One submission in its boxes, from the first cell to the last hidden call."""

    def __init__(
        self,
        boxes: Recorder,
        submission: Submission,
        *,
        label: str = "",
        stand_ins: Mapping[str, str] | None = None,
        cells: tuple[CodeCell, ...] | None = None,
    ) -> None:
        self._boxes, self._submission, self._label = boxes, submission, label
        self._cells = submission.to_run() if cells is None else cells
        self._stand_ins: Mapping[str, str] = stand_ins or {}
        self._limits = submission.flavour.limits
        self._box: RecordedBox | None = None
        self._deaths: dict[str, list[BoxEnded]] = {}
        self._fatal: dict[int, CellRun] = {}
        self._forks: dict[str, Session] = {}
        self._first_task = ""
        self._made = 0
        self._given_up: StudentFailure | None = None
        self.life = 0
        self.runs: list[CellRun] = []

    def with_stand_ins(self, stand_ins: Mapping[str, str]) -> "Session":
        """The same submission in a box of its own; after some cells a neutral one of ours runs.

        So what such a cell defines is judged elsewhere and its imports and helpers stay. Nothing
        of a solution may be in a stand-in. Asked twice for the same, it answers with the same.
        """
        return self._fork(repr(sorted(stand_ins.items())), stand_ins)

    def without_code(self, source: str) -> "Session":
        """A box in which `source` runs, a text of ours, and nothing of the submission.

        What the submission made gets there as data; so what is answered there is our code's word.
        """
        nothing = CodeCell(index=0, source="", grade_id=_OURS)
        return self._fork(f"only {source}", {_OURS: source}, cells=(nothing,))

    def of_task(self, name: str) -> "Session":
        """The same submission in boxes in which only this task is judged.

        The first task gets the box that is there, since nothing but the cells ran in it.
        """
        self._first_task = self._first_task or name
        return self if name == self._first_task else self._fork(name, {})

    def _fork(
        self,
        key: str,
        stand_ins: Mapping[str, str],
        cells: tuple[CodeCell, ...] | None = None,
    ) -> "Session":
        if key not in self._forks:
            fork = Session(
                self._boxes,
                self._submission,
                label=f"{self._label}/{key}",
                stand_ins=stand_ins,
                cells=cells,
            )
            if cells is None:
                fork._fatal = dict(self._fatal)
            self._forks[key] = fork
        return self._forks[key]

    def run_cells(self) -> None:
        """Run every cell in order, in as many boxes as it takes; what they show is kept.

        Raises:
            SandboxFault: when the sandbox itself broke.
        """
        while not self._start():
            pass

    def file(self, name: str) -> bytes:
        """The bytes of a file that was handed in beside the notebook.

        Raises:
            StudentFailure: missing, or not of a kind or size that is read.
        """
        file = self._submission.files[name]
        if file.missing:
            raise StudentFailure(Outcome.MISSING, file.missing)
        return file.content

    def ask(
        self, name: str, request: Mapping[str, Any], *, cpu_s: float | None = None
    ) -> dict[str, Any]:
        """Send one request on behalf of `name`, the student's function that it is about.

        `cpu_s` replaces the usual limit where honest work takes longer.

        Raises:
            StudentFailure: raised, timeout, crashed or missing.
            SandboxFault: when the sandbox itself broke.
        """
        answer = self._ask(name, dict(request), cpu_s or self._limits.call_cpu_s)
        status, error = answer.get("status"), answer.get("error")
        if status == "missing":
            raise self._why_missing(name)
        if status == "raised":
            sizes = sizes_in(request.get("arguments", ()))
            why = explain_error(error, self._cells, sizes)
            raise StudentFailure(Outcome.RAISED, f"{name} raised {why}")
        if status != "ok":
            raise StudentFailure(Outcome.CRASHED, f"{name} gave an answer of the wrong form")
        return answer

    @property
    def alive(self) -> bool:
        """Whether the latest box is still there, and with it what was kept inside."""
        return self._box is not None

    def close(self) -> None:
        while self._forks:
            self._forks.popitem()[1].close()
        self._end_box()

    def _end_box(self) -> None:
        box, self._box = self._box, None
        if box is not None:
            try:
                box.close()
            except SandboxFault:
                pass  # its server is gone, and it is gone with it; what it answered stands

    def _ask(self, name: str, request: dict[str, Any], cpu_s: float) -> dict[str, Any]:
        if self._given_up is not None:
            raise self._given_up
        deaths = self._deaths.setdefault(name, [])
        if len(deaths) >= self._limits.deaths:
            last = deaths[-1]
            raise StudentFailure(_outcome(last), f"{name} was not called again: {last.message}")
        if self._box is None:
            self.run_cells()
        assert self._box is not None
        try:
            answer = self._box.ask(request, cpu_s=cpu_s)
        except BoxEnded as ended:  # what hidden calls print is shown to nobody
            self._end_box()
            deaths.append(ended)
            raise StudentFailure(_outcome(ended), f"{name}: {ended.message}") from None
        return answer

    def _start(self) -> bool:
        """Run the cells in a fresh box; False if one of them ended it."""
        self._end_box()
        self._made += 1
        label = f"{self._label}#{self._made}"
        box = self._boxes.spawn(self._submission.flavour, self._limits, label)
        runs: list[CellRun] = []
        room = _MAX_SHOWN
        for number, cell in enumerate(self._cells, start=1):
            if cell.index in self._fatal:
                runs.append(self._fatal[cell.index])
            elif len(self._fatal) >= self._limits.deaths:
                runs.append(not_run(cell))
            else:
                run = run_cell(box, cell, number, self._limits.cell_cpu_s, room)
                room = max(0, room - run.size)
                runs.append(run)
                if run.ending is not None:
                    self._fatal[cell.index] = run
                    box.close()
                    return False
            self._run_stand_in(box, cell)
        self._box = box
        self.life += 1
        self.runs = self.runs or runs
        return True

    def _run_stand_in(self, box: RecordedBox, cell: CodeCell) -> None:
        source = self._stand_ins.get(cell.grade_id or "")
        if source is None:
            return
        # No number: a line of a stand-in is never quoted as the student's.
        run = run_cell(box, replace(cell, source=source), 0, self._limits.cell_cpu_s, 0)
        if run.ending is not None:
            box.close()
            why = f"what earlier cells left behind ended the process: {run.ending.message}"
            self._given_up = StudentFailure(_outcome(run.ending), why)
            raise self._given_up

    def _why_missing(self, name: str) -> StudentFailure:
        """A function that is not there, or not solved yet: say which, and what became of it."""
        for run in self.runs:
            own = run.cell.grade_id == f"{name}_answer" or _defines(run.cell.source, name)
            if own and run.failure is not None:
                outcome = _outcome(run.ending) if run.ending else Outcome.RAISED
                return StudentFailure(outcome, f"The cell of {name} did not run: {run.failure}")
        return StudentFailure(Outcome.MISSING, f"{name} is not solved yet.")


def _defines(source: str, name: str) -> bool:
    pattern = rf"^[ \t]*(?:class|def)[ \t]+{re.escape(name)}\b"
    return re.search(pattern, source, re.MULTILINE) is not None


def _outcome(ended: BoxEnded) -> Outcome:
    return Outcome(ended.ending.value)
