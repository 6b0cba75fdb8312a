"""Trusted side. Boxes, one after another, in each of which the same cells have run.

A box that ends is followed by a fresh one in which the cells run again, without those that ended
a box: one mistake costs its own checks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from autograder.checks.cell_run import CellRun, not_run, run_cell
from autograder.checks.failure import StudentFailure
from autograder.config import Flavour, Limits
from autograder.errors import SandboxFault
from autograder.sandbox import BoxEnded, RecordedBox, Recorder
from autograder.submission.reading import CodeCell

_MAX_SHOWN = 16 << 20  # characters for each submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What runs in a box before it is asked anything; `stand_ins` are texts of ours, by cell.

    One runs right after the cell with its `grade_id`. `beside` are the files of the folder.
    """

    flavour: Flavour
    limits: Limits
    cells: tuple[CodeCell, ...]
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, bytes] = field(default_factory=dict)


class Lives:
    """One box at a time. `number` says which, `runs` what the first one's cells showed.

    `label` names the boxes in recordings, where they must be the same in every grading. `fatal` are
    cells that have ended a box elsewhere, by position.
    """

    def __init__(
        self,
        boxes: Recorder,
        program: Program,
        *,
        label: str = "",
        fatal: Mapping[int, CellRun] | None = None,
    ) -> None:
        self._boxes, self.program, self._label = boxes, program, label
        self._limits = program.limits
        self._fatal = dict(fatal or {})
        self._box: RecordedBox | None = None
        self._made = 0
        self._given_up: StudentFailure | None = None
        self.number = 0
        self.runs: list[CellRun] = []

    def fork(self, name: str, program: Program) -> "Lives":
        """Boxes for another program; what is known of cells that it has in common is used."""
        fatal = self._fatal if program.cells is self.program.cells else None
        return Lives(self._boxes, program, label=f"{self._label}/{name}", fatal=fatal)

    @property
    def current(self) -> int | None:
        """The number of the box that is there, and with it what was kept inside; None if ended."""
        return None if self._box is None else self.number

    def box(self) -> RecordedBox:
        """The box that is there, or a fresh one, after as many attempts as it takes.

        Raises:
            StudentFailure: if a stand-in cannot run because of what the cells left behind.
            SandboxFault: when the sandbox itself broke.
        """
        if self._given_up is not None:
            raise self._given_up
        while self._box is None:
            self._begin()
        return self._box

    def end(self) -> None:
        """End the box that is there, if any."""
        box, self._box = self._box, None
        if box is not None:
            try:
                box.close()
            except SandboxFault:
                pass  # its server is gone, and it is gone with it; what it answered stands

    def _begin(self) -> None:
        """Run the cells in a fresh box, which then is there unless one of them ended it."""
        self._made += 1
        box = self._boxes.spawn(self.program.flavour, self._limits, f"{self._label}#{self._made}")
        self._lay_out(box)
        runs: list[CellRun] = []
        room = _MAX_SHOWN
        for number, cell in enumerate(self.program.cells, start=1):
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
                    return
            self._run_stand_in(box, cell)
        self._box = box
        self.number += 1
        self.runs = self.runs or runs

    def _lay_out(self, box: RecordedBox) -> None:
        """Put the files of the folder into a box in which nothing has run yet."""
        if not self.program.beside:
            return
        arrays = {
            name: np.frombuffer(content, np.uint8) if content else np.zeros(0, np.uint8)
            for name, content in self.program.beside.items()
        }
        try:
            answer = box.ask({"op": "files", "files": arrays}, cpu_s=self._limits.call_cpu_s)
        except BoxEnded as ended:
            box.close()
            raise SandboxFault(f"a box did not take the files: {ended.message}") from None
        if answer["status"] != "ok":
            box.close()
            raise SandboxFault(f"a box did not take the files: {answer.get('error')}")

    def _run_stand_in(self, box: RecordedBox, cell: CodeCell) -> None:
        source = self.program.stand_ins.get(cell.grade_id or "")
        if source is None:
            return
        # No number: a line of a stand-in is never quoted as the student's.
        run = run_cell(box, replace(cell, source=source), 0, self._limits.cell_cpu_s, 0)
        if run.ending is not None:
            box.close()
            why = f"what earlier cells left behind ended the process: {run.ending.message}"
            self._given_up = StudentFailure.of_ending(run.ending, why)
            raise self._given_up
