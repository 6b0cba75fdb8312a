"""Trusted side. One submission in its boxes: runs its cells, asks it, says how it failed.

A box that ends is replaced by a fresh one in which the cells run again, without those that ended
a box. Each task is judged in a box of its own; so one mistake costs its own checks and not those of
the next task, and a task's verdict does not hang on which others are judged.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autograder.checks.explain import explain_error, sizes_in
from autograder.config import LIMITS, Limits
from autograder.errors import SandboxFault
from autograder.notebook import CodeCell, Submission
from autograder.result import Outcome
from autograder.sandbox import BoxEnded, RecordedBox, Recorder
from autograder.wire import WireError

_MAX_MESSAGE = 2_000
_SCORE = 100  # characters
_MAX_SHOWN = 16 << 20  # characters a submission


class StudentFailure(BaseException):
    """The submission's doing. No Exception, so that Hypothesis does not try it again smaller."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRun:
    """What became of one cell. `failure` is None when it ran through."""

    cell: CodeCell
    printed: str
    outputs: tuple[dict[str, Any], ...]
    failure: str | None
    ending: BoxEnded | None = None

    @property
    def size(self) -> int:
        """How many characters it showed."""
        shown = (text for output in self.outputs for text in output["data"].values())
        return len(self.printed) + sum(map(len, shown))

    @property
    def value(self) -> str | None:
        """The cell's last expression as text, if it had one."""
        for output in self.outputs:
            data = output.get("data")
            if output.get("kind") == "execute_result" and type(data) is dict:
                text = data.get("text/plain")
                return text if type(text) is str else None
        return None


class Session:
    """One submission in its boxes, from the first cell to the last hidden call."""

    def __init__(
        self,
        boxes: Recorder,
        submission: Submission,
        *,
        label: str = "",
        stand_ins: Mapping[str, str] | None = None,
        only: str | None = None,
    ) -> None:
        self._boxes, self._submission, self._label = boxes, submission, label
        self._stand_ins: Mapping[str, str] = stand_ins or {}
        self._only = only
        self._limits: Limits = LIMITS[submission.flavour]
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
        """A box in which only `source` runs, a text of ours, and nothing of the submission.

        What the submission made gets there as data; nothing there can be of its making but by them.
        """
        return self._fork(f"only {source}", {}, only=source)

    def of_task(self, name: str) -> "Session":
        """The same submission in boxes in which only this task is judged.

        The first task gets the box that is there, since nothing but the cells ran in it.
        """
        self._first_task = self._first_task or name
        return self if name == self._first_task else self._fork(name, {})

    def _fork(
        self, key: str, stand_ins: Mapping[str, str], only: str | None = None
    ) -> "Session":
        if key not in self._forks:
            label = f"{self._label}/{key}"
            fork = Session(
                self._boxes, self._submission, label=label, stand_ins=stand_ins, only=only
            )
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

        `cpu_s` stands for the usual limit where honest work takes longer.

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
            why = explain_error(error, self._submission.to_run(), sizes)
            raise StudentFailure(Outcome.RAISED, f"{name} raised {why}")
        if status != "ok":
            raise StudentFailure(Outcome.CRASHED, f"{name} answered with no answer")
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
        for number, cell in enumerate(self._submission.to_run(), start=1):
            if cell.index in self._fatal:
                runs.append(self._fatal[cell.index])
            elif len(self._fatal) >= self._limits.deaths:
                runs.append(_not_run(cell))
            else:
                run = _run_cell(box, cell, number, self._limits.cell_cpu_s, room)
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
        run = _run_cell(box, replace(cell, source=source), 0, self._limits.cell_cpu_s, 0)
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


def _run_cell(box: RecordedBox, cell: CodeCell, number: int, cpu_s: float, room: int) -> CellRun:
    """Run a cell; of what it shows as many characters are kept as there is room for."""
    try:
        answer = box.ask({"op": "cell", "source": cell.source, "number": number}, cpu_s=cpu_s)
    except BoxEnded as ended:
        return CellRun(
            cell=cell,
            printed=box.take_output()[:room],
            outputs=(),
            failure=ended.message,
            ending=ended,
        )
    except WireError:
        return CellRun(cell=cell, printed="", outputs=(), failure="it is too long to be run")
    shown, error = answer.get("outputs"), answer.get("error")
    printed = box.take_output()[:room]
    return CellRun(
        cell=cell,
        printed=printed,
        outputs=tuple(_shown(shown, room - len(printed))),
        failure=error[:_MAX_MESSAGE] if type(error) is str else None,
    )


def _shown(outputs: Any, room: int) -> Iterator[dict[str, Any]]:
    """What a cell displayed, as text and pictures of bounded size; the box may claim anything."""
    for output in outputs if type(outputs) is list else ():
        data = output.get("data") if type(output) is dict else None
        if type(data) is not dict:
            continue
        kept = {k: data[k] for k in ("text/plain", "image/png") if type(data.get(k)) is str}
        kind = "execute_result" if output.get("kind") == "execute_result" else "display_data"
        size = sum(map(len, kept.values()))
        # A test cell's score must not get lost behind what else is shown.
        if size > room and not (kind == "execute_result" and size <= _SCORE):
            continue
        room = max(0, room - size)
        yield {"kind": kind, "data": kept}


def _defines(source: str, name: str) -> bool:
    return re.search(rf"^\s*(?:class|def)\s+{re.escape(name)}\b", source, re.MULTILINE) is not None


def _not_run(cell: CodeCell) -> CellRun:
    why = "not run, since too many cells before it ended the process"
    return CellRun(cell=cell, printed="", outputs=(), failure=why)


def _outcome(ended: BoxEnded) -> Outcome:
    return Outcome(ended.ending.value)
