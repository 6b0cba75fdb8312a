"""Trusted side. A simulated class in a course folder of its own, so that no real one is touched."""

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from autograder.authoring.entries import BankEntry, bank_entries
from autograder.authoring.specimen import files_in, solved
from autograder.course.layout import Assignment, Course
from autograder.course.notebooks import Notebook, is_graded, is_solution, read_trusted
from autograder.course.storage import write_atomically
from autograder.gradebook.commands import generate_assignment
from autograder.gradebook.shared import shared_classroom
from autograder.gradebook.writer import ClassReport, Tell, grade_class
from autograder.grading.classroom import Entry
from autograder.grading.local import Graders
from autograder.showcase.copies import copy_course

FOLDER = "demo"
_HOW_MANY = {"accepted": 3, "wrong": 8, "hostile": 4}
_SOLVED = ("reference", "accepted", "damaged-but-right")
CLASS_SIZE = 3 + sum(_HOW_MANY.values())


def make_demo_course(course: Course) -> Course:
    """A fresh copy of the course, without submissions, in the folder `demo`."""
    return copy_course(course, course.root / FOLDER)


def simulate_class(
    assignment: Assignment,
    bank: Path,
    tell: Tell = lambda _: None,
    *,
    jobs: int = 1,
) -> ClassReport:
    """Build the release in the demo course, hand in for everybody, grade into its gradebook."""
    generate_assignment(assignment)
    entries = _hand_in(assignment, bank)
    classroom = shared_classroom(assignment.root)
    with closing(Graders(classroom.sandbox, jobs=jobs, items=len(entries))) as engine:
        graded = classroom.each(assignment, entries, engine)
        return grade_class(assignment, graded, classroom, tell)


def _hand_in(assignment: Assignment, bank: Path) -> list[Entry]:
    reference = solved(assignment)
    notebooks = {
        "reference": reference,
        "blank": read_trusted(assignment.release),
        "damaged-but-right": _damaged(reference),
    }
    for kind, count in _HOW_MANY.items():
        of_kind = (entry for entry in bank_entries(assignment, bank) if entry.kind == kind)
        own = [entry for entry in of_kind if entry.path.suffix == ".py"]
        for entry in _spread(own, count):
            student = f"{kind}-{entry.path.stem}".replace("__", "-").replace("_", "-")
            notebooks[student], _ = entry.handed_in(reference)
    entries = []
    for student, notebook in notebooks.items():
        folder = assignment.root / "submitted" / student / assignment.name
        path = folder / f"{assignment.name}.ipynb"
        write_atomically(path, json.dumps(notebook))
        if student.startswith(_SOLVED):  # they have the files that the tasks ask for
            for file, content in files_in(bank / assignment.name, assignment).items():
                path.with_name(file).write_bytes(content)
        entries.append(Entry(student=student, path=path))
    return sorted(entries, key=lambda entry: entry.student)


def _spread(entries: Sequence[BankEntry], count: int) -> list[BankEntry]:
    """Evenly from the whole list, so that every task is met."""
    count = min(count, len(entries))
    return [entries[i * len(entries) // count] for i in range(count)]


def _damaged(notebook: Notebook) -> Notebook:
    """As real notebooks come: a test cell deleted, a solution cell copied, metadata lost."""
    cells = [cell for cell in notebook["cells"] if not is_graded(cell)]
    answers = [cell for cell in cells if is_solution(cell)]
    index = cells.index(answers[0])
    bare = {**answers[-1], "metadata": {}}
    cells = [bare if cell is answers[-1] else cell for cell in cells]
    return {**notebook, "cells": [*cells[:index], answers[0], *cells[index:]]}
