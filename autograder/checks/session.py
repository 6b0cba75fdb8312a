"""Trusted side. One submission in its boxes: runs its cells, asks it, says how it failed.

Each task is judged in a box of its own; so one mistake costs its own checks and not those of the
next task, and a task's verdict does not depend on which others are judged.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autograder.checks.absence import Stub, defines, only_not_run, stub_that_ran, why_absent
from autograder.checks.explain import explain_error, line_of, sizes_in
from autograder.checks.failure import StudentFailure
from autograder.checks.lacking import lacked, newer_python
from autograder.checks.lives import Lives, Program
from autograder.result import Outcome
from autograder.sandbox import BoxEnded, Recorder
from autograder.submission.reading import CodeCell, Submission

_OURS = "ours"
_UNKNOWN = re.compile(r"\(name '(\w+)' is not defined\)$")


class Session:
    """One submission in its boxes, from the first cell to the last hidden call."""

    def __init__(
        self,
        boxes: Recorder,
        submission: Submission,
        *,
        stubs: frozenset[Stub] = frozenset(),
        lives: Lives | None = None,
    ) -> None:
        """`stubs` are the release's lines in place of solutions."""
        flavour = submission.flavour
        program = Program(
            flavour=flavour,
            limits=flavour.limits,
            cells=submission.to_run(),
            beside=submission.beside,
        )
        self._boxes, self._submission, self._stubs = boxes, submission, stubs
        self.lives = lives or Lives(boxes, program)
        self._endings: dict[str, list[BoxEnded]] = {}
        self._forks: dict[str, Session] = {}
        self._first_task = ""

    def with_stand_ins(self, stand_ins: Mapping[str, str]) -> "Session":
        """The same submission in a box of its own; after some cells a neutral one of ours runs.

        So what such a cell defines is judged elsewhere and its imports and helpers stay. Nothing
        of a solution may be in a stand-in. Asked twice for the same, it answers with the same.
        """
        program = replace(self.lives.program, stand_ins=stand_ins)
        return self._fork(repr(sorted(stand_ins.items())), program)

    def without_code(self, source: str) -> "Session":
        """A box in which `source` runs, a text of ours, and nothing of the submission.

        What the submission made gets there as data; so what is answered there is our code's word.
        """
        nothing = CodeCell(index=0, source="", grade_id=_OURS)
        program = replace(
            self.lives.program, cells=(nothing,), stand_ins={_OURS: source}, beside={}
        )
        return self._fork(f"only {source}", program)

    def of_task(self, name: str) -> "Session":
        """The same submission in boxes in which only this task is judged.

        The first task gets the box that is there, since nothing but the cells ran in it.
        """
        self._first_task = self._first_task or name
        return self if name == self._first_task else self._fork(name, self.lives.program)

    def _fork(self, name: str, program: Program) -> "Session":
        if name not in self._forks:
            lives = self.lives.fork(name, program)
            self._forks[name] = Session(
                self._boxes, self._submission, stubs=self._stubs, lives=lives
            )
        return self._forks[name]

    def run_cells(self) -> None:
        """Run every cell in order, in as many boxes as it takes; what they show is kept.

        Raises:
            SandboxFault: when the sandbox itself broke.
        """
        self.lives.box()

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
        answer = self._ask(name, dict(request), cpu_s or self._submission.flavour.limits.call_cpu_s)
        status, error = answer.get("status"), answer.get("error")
        if status == "missing":
            raise self._why_missing(name, request)
        if status == "raised":
            raise self._why_raised(name, request, error)
        if status != "ok":
            raise StudentFailure(Outcome.CRASHED, f"{name} gave an answer of the wrong form")
        return answer

    def close(self) -> None:
        """End its boxes and those of its forks."""
        while self._forks:
            self._forks.popitem()[1].close()
        self.lives.end()

    def _ask(self, name: str, request: dict[str, Any], cpu_s: float) -> dict[str, Any]:
        endings = self._endings.setdefault(name, [])
        if len(endings) >= self._submission.flavour.limits.deaths:
            why = f"{name} was not called again: {endings[-1].message}"
            raise StudentFailure.of_ending(endings[-1], why)
        box = self.lives.box()
        try:
            return box.ask(request, cpu_s=cpu_s)
        except BoxEnded as ended:  # what hidden calls print is shown to nobody
            self.lives.end()
            endings.append(ended)
            raise StudentFailure.of_ending(ended, f"{name}: {ended.message}") from None

    def _why_raised(self, name: str, request: Mapping[str, Any], error: Any) -> StudentFailure:
        """The release's own stub is no mistake: it says that there is no solution yet."""
        cells = self.lives.program.cells
        stub = stub_that_ran(error, cells, self._stubs)
        if stub is None:
            why = self._doubt(error)
            if why:
                return StudentFailure(Outcome.RAISED, f"{name} did not run: {why}.", doubt=why)
            sizes = sizes_in(request.get("arguments", ()))
            why = explain_error(error, cells, sizes)
            unknown = _UNKNOWN.search(why)
            if unknown and only_not_run(unknown[1], [c.source for c in cells], self._not_run()):
                why += f"; `{unknown[1]}` is only in a cell that is not run here, such as training"
            return StudentFailure(Outcome.RAISED, f"{name} raised {why}")
        if stub.owner in ("", name):
            return StudentFailure(Outcome.MISSING, f"{name} is not solved yet.")
        why = f"{name} uses {stub.owner}, which is not solved yet."
        return StudentFailure(Outcome.MISSING, why)

    def _doubt(self, error: Any) -> str:
        """What boxes do not have that an error is about, if it is; then a person decides."""
        line = line_of(error, self.lives.program.cells) if type(error) is dict else ""
        newer = newer_python(error, self._submission.python) if line else ""
        return lacked(error, line) or (newer and f"{newer}, in which `{line}` does not run")

    def _not_run(self) -> list[str]:
        """The texts of the submission's cells of code that are not run."""
        indices = {cell.index for cell in self.lives.program.cells}
        return [
            cell["source"]
            for index, cell in enumerate(self._submission.cells)
            if index not in indices and cell["cell_type"] == "code"
        ]

    def _why_missing(self, name: str, request: Mapping[str, Any]) -> StudentFailure:
        """What is not there: say so, and what became of it."""
        if request.get("owner") is not None:
            why = f"What {name} gave has no `{request['name']}`."
            return StudentFailure(Outcome.MISSING, why)
        cells = self.lives.program.cells
        for run in self.lives.runs:
            own = run.cell.grade_id == f"{name}_answer" or defines(run.cell.source, name)
            if not own or run.failure is None:
                continue
            if stub_that_ran(run.error, cells, self._stubs) is not None:
                return StudentFailure(Outcome.MISSING, f"{name} is not solved yet.")
            why = f"The cell of {name} did not run: {run.failure}"
            if run.ending is not None:
                return StudentFailure.of_ending(run.ending, why)
            return StudentFailure(Outcome.RAISED, why)
        others = {stub.owner for stub in self._stubs} - {name}
        why = why_absent(name, [cell.source for cell in cells], self._not_run(), others)
        return StudentFailure(Outcome.MISSING, why)
