"""Trusted side. Builds a release with nbgrader, in a folder of its own until the gate opens."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.complaints import checks_problems
from autograder.authoring.reference import write_reference
from autograder.authoring.release import BUILD, gate, in_build, publish
from autograder.authoring.verdicts import sole_author
from autograder.course.layout import Assignment
from autograder.course.packages import missing
from autograder.gradebook.building import changed_after_hand_in
from autograder.gradebook.commands import generate_assignment, gradebook_of, reach_gradebook
from autograder.quiz import problems as quiz_problems
from autograder.sandbox import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReport:
    """What came of building a release. It and its reference are there if there are no problems."""

    assignment: str
    problems: tuple[str, ...] = ()
    release: Path | None = None
    reference: Path | None = None

    @property
    def ok(self) -> bool:
        """Whether it was published."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """As `autograder release --json` has it."""
        found = {"assignment": self.assignment, "ok": self.ok, "problems": list(self.problems)}
        if self.ok:
            found |= {"release": str(self.release), "reference": str(self.reference)}
        return found


def build_release(
    assignment: Assignment, sandbox: Sandbox, *, again: bool = False
) -> ReleaseReport:
    """Build, gate, record in the gradebook, publish. A release with problems is not published.

    Raises:
        Busy: if another process builds it, or verifies its bank.
    """
    reach_gradebook(assignment.root)
    problems = quiz_problems(assignment.quiz) if assignment.quiz.exists() else []
    problems += [*missing(assignment.settings.packages), *checks_problems(assignment)]
    changed = changed_after_hand_in(gradebook_of(assignment), assignment.name, assignment.source)
    problems += [changed] if changed else []
    if problems:
        return ReleaseReport(assignment=assignment.name, problems=tuple(problems))
    own = in_build(assignment).release.parent  # others may be building other assignments
    with sole_author(assignment):
        shutil.rmtree(own, ignore_errors=True)
        try:
            return _build(assignment, assignment.root / BUILD, sandbox, again)
        finally:
            shutil.rmtree(own, ignore_errors=True)


def _build(assignment: Assignment, folder: Path, sandbox: Sandbox, again: bool) -> ReleaseReport:
    generate_assignment(assignment, into=folder, record=False)
    reference = write_reference(assignment, again=again)  # the gate hands its files in
    problems = gate(in_build(assignment), sandbox, again=again)
    if problems:
        return ReleaseReport(assignment=assignment.name, problems=tuple(problems))
    generate_assignment(assignment, into=folder)
    release = publish(assignment)
    return ReleaseReport(assignment=assignment.name, release=release, reference=reference)
