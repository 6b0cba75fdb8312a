"""Trusted side. Builds a release with nbgrader, in a folder of its own until the gate opens."""

import shutil
from typing import Any

from autograder.authoring.reference import write_reference
from autograder.authoring.release import BUILD, gate, in_build, publish
from autograder.course.layout import Assignment
from autograder.gradebook.commands import generate_assignment, reach_gradebook
from autograder.quiz import problems as quiz_problems
from autograder.sandbox import Sandbox


def build_release(
    assignment: Assignment, sandbox: Sandbox, *, again: bool = False
) -> dict[str, Any]:
    """Build, gate, record in the gradebook, publish. A release with findings is not published.

    Returns the report: `ok`, `problems`, and where the release and the reference are.
    """
    reach_gradebook(assignment.root)
    found = quiz_problems(assignment.quiz) if assignment.quiz.exists() else []
    if found:  # a cell that shows it could not be built
        return {"assignment": assignment.name, "ok": False, "problems": found}
    folder = assignment.root / BUILD
    shutil.rmtree(folder, ignore_errors=True)
    generate_assignment(assignment, into=folder, record=False)
    reference = write_reference(assignment, again=again)  # the gate hands its files in
    problems = gate(in_build(assignment), sandbox, again=again)
    report: dict[str, Any] = {"assignment": assignment.name, "ok": not problems}
    report["problems"] = problems
    if not problems:
        generate_assignment(assignment, into=folder)
        report["release"] = str(publish(assignment))
        report["reference"] = str(reference)
    shutil.rmtree(folder, ignore_errors=True)
    return report
