"""Trusted side. The `student` of hidden checks: sends arrays in, brings data or a failure out.

A box that ends is replaced by a fresh one in which the cells run again, without those that ended
a box; so one mistake costs its own checks and not those of the next task.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.explain import explain_error
from autograder.config import LIMITS, Limits
from autograder.notebook import CodeCell, Submission
from autograder.result import Outcome
from autograder.sandbox import Box, BoxEnded, Sandbox

_MAX_MESSAGE = 2_000
_MAX_SHOWN = 4 << 20  # characters a cell


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

    def __init__(self, sandbox: Sandbox, submission: Submission) -> None:
        self._sandbox, self._submission = sandbox, submission
        self._limits: Limits = LIMITS[submission.flavour]
        self._box: Box | None = None
        self._deaths: dict[str, list[BoxEnded]] = {}
        self._fatal: dict[int, CellRun] = {}
        self.runs: list[CellRun] = []

    def run_cells(self) -> None:
        """Run every cell in order, in as many boxes as it takes; what they show is kept.

        Raises:
            SandboxFault: when the sandbox itself broke.
        """
        while not self._start():
            pass

    def call(
        self,
        name: str,
        arguments: Sequence[Any],
        keywords: dict[str, Any],
        *,
        return_arguments: bool = False,
    ) -> tuple[Any, Any]:
        """Call the student's function. Returns its value and, if asked, its arguments afterwards.

        Raises:
            StudentFailure: raised, timeout, crashed or missing.
            SandboxFault: when the sandbox itself broke.
        """
        request = {
            "op": "call",
            "name": name,
            "arguments": tuple(_float32(a) for a in arguments),
            "keywords": {key: _float32(value) for key, value in keywords.items()},
            "return_arguments": return_arguments,
        }
        answer = self._ask(name, request)
        status, error = answer.get("status"), answer.get("error")
        if status == "missing":
            raise self._why_missing(name)
        if status == "raised":
            why = explain_error(error, self._submission.to_run())
            raise StudentFailure(Outcome.RAISED, f"{name} raised {why}")
        if status != "ok":
            raise StudentFailure(Outcome.CRASHED, f"{name} answered with no answer")
        after = answer.get("arguments")
        if return_arguments and (type(after) is not tuple or len(after) != len(arguments)):
            # A check unpacks them: what the submission sends must not make it our fault.
            raise StudentFailure(Outcome.CRASHED, f"{name} did not give its arguments back")
        return answer.get("value"), after

    def close(self) -> None:
        if self._box is not None:
            self._box.close()
            self._box = None

    def _ask(self, name: str, request: dict[str, Any]) -> dict[str, Any]:
        deaths = self._deaths.setdefault(name, [])
        if len(deaths) >= self._limits.deaths:
            last = deaths[-1]
            raise StudentFailure(_outcome(last), f"{name} was not called again: {last.message}")
        if self._box is None:
            self.run_cells()
        assert self._box is not None
        try:
            answer = self._box.ask(request, cpu_s=self._limits.call_cpu_s)
            self._box.take_output()  # what hidden calls print is shown to nobody
        except BoxEnded as ended:
            self.close()
            deaths.append(ended)
            raise StudentFailure(_outcome(ended), f"{name}: {ended.message}") from None
        return answer

    def _start(self) -> bool:
        """Run the cells in a fresh box; False if one of them ended it."""
        self.close()
        box = self._sandbox.spawn(self._submission.flavour, self._limits)
        runs: list[CellRun] = []
        for number, cell in enumerate(self._submission.to_run(), start=1):
            if cell.index in self._fatal:
                runs.append(self._fatal[cell.index])
            elif len(self._fatal) >= self._limits.deaths:
                runs.append(_not_run(cell))
            else:
                run = _run_cell(box, cell, number, self._limits.cell_cpu_s)
                runs.append(run)
                if run.ending is not None:
                    self._fatal[cell.index] = run
                    box.close()
                    return False
        self._box = box
        self.runs = self.runs or runs
        return True

    def _why_missing(self, name: str) -> StudentFailure:
        """A function that is not there, or not solved yet: say which, and what became of it."""
        for run in self.runs:
            if run.cell.grade_id == f"{name}_answer" and run.failure is not None:
                outcome = _outcome(run.ending) if run.ending else Outcome.RAISED
                return StudentFailure(outcome, f"The cell of {name} did not run: {run.failure}")
        return StudentFailure(Outcome.MISSING, f"{name} is not solved yet.")


class StudentFunction:
    """A function of the student's, called from outside. float64 arrays are sent as float32."""

    def __init__(self, session: Session, name: str) -> None:
        self._session, self._name = session, name

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._session.call(self._name, arguments, keywords)[0]

    def with_arguments(self, *arguments: Any, **keywords: Any) -> tuple[Any, Any]:
        """The value, and the positional arguments as they are after the call."""
        return self._session.call(self._name, arguments, keywords, return_arguments=True)


class Student:
    """`student.f(query, keys)` calls `f` of the submission."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __getattr__(self, name: str) -> StudentFunction:
        if name.startswith("_"):
            raise AttributeError(name)
        return StudentFunction(self._session, name)


def _run_cell(box: Box, cell: CodeCell, number: int, cpu_s: float) -> CellRun:
    try:
        answer = box.ask({"op": "cell", "source": cell.source, "number": number}, cpu_s=cpu_s)
    except BoxEnded as ended:
        return CellRun(
            cell=cell,
            printed=box.take_output(),
            outputs=(),
            failure=ended.message,
            ending=ended,
        )
    shown, error = answer.get("outputs"), answer.get("error")
    return CellRun(
        cell=cell,
        printed=box.take_output(),
        outputs=tuple(_shown(shown)),
        failure=error[:_MAX_MESSAGE] if type(error) is str else None,
    )


def _shown(outputs: Any) -> Iterator[dict[str, Any]]:
    """What a cell displayed, as text and pictures of bounded size; the box may claim anything."""
    room = _MAX_SHOWN
    for output in outputs if type(outputs) is list else ():
        data = output.get("data") if type(output) is dict else None
        if type(data) is not dict:
            continue
        kept = {k: data[k] for k in ("text/plain", "image/png") if type(data.get(k)) is str}
        room -= sum(map(len, kept.values()))
        if room < 0:
            return
        yield {
            "kind": "execute_result" if output.get("kind") == "execute_result" else "",
            "data": kept,
        }


def _not_run(cell: CodeCell) -> CellRun:
    why = "not run, since too many cells before it ended the process"
    return CellRun(cell=cell, printed="", outputs=(), failure=why)


def _outcome(ended: BoxEnded) -> Outcome:
    return Outcome(ended.ending.value)


def _float32(value: Any) -> Any:
    """The notebooks promise float32, so that is what a function gets."""
    if type(value) is np.ndarray and value.dtype == np.float64:
        return value.astype(np.float32)
    return value
