"""Trusted side. Many submissions: each is graded once, and its result kept by what went in."""

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import autograder
from autograder.course import Assignment
from autograder.dataset import DataStore
from autograder.errors import AutograderError, CourseError, NotebookError
from autograder.graders import Graders
from autograder.grading import grade, unreadable
from autograder.notebook import Submission, read_submission
from autograder.result import Result, Status
from autograder.sandbox import Sandbox
from autograder.storage import to_json, write_atomically

STORE = Path(".autograder", "results")
_LIBRARIES = (
    "numpy",
    "scikit-learn",
    "tensorflow-cpu",
    "tensorflow",
    "keras",
    "ipython",
    "pytest",
    "hypothesis",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One student's submitted notebook."""

    student: str
    path: Path


def submitted(assignment: Assignment, students: Iterable[str] = ()) -> list[Entry]:
    """Who submitted, in alphabetical order.

    Raises:
        CourseError: if nobody did, or one of `students` did not.
    """
    folder = assignment.root / "submitted"
    wanted = set(students)
    entries = [
        Entry(student=path.name, path=path / assignment.name / f"{assignment.name}.ipynb")
        for path in sorted(folder.glob("*"))
        if (path / assignment.name).is_dir() and (not wanted or path.name in wanted)
    ]
    absent = wanted - {entry.student for entry in entries}
    if absent or not entries:
        who = ", ".join(sorted(absent)) or "anybody"
        raise CourseError(
            f"no submission of {assignment.name} by {who} in {folder}; "
            "collect submissions with 'nbgrader collect' first"
        )
    return entries


class Classroom:
    """Grades submissions of one course. Results outlive the process, faults of ours do not."""

    def __init__(self, root: Path, sandbox: Sandbox) -> None:
        self._folder, self._sandbox = root / STORE, sandbox
        self._faults: dict[str, Result] = {}

    def result(self, assignment: Assignment, entry: Entry) -> Result:
        """The stored result, or that of grading now; a file that is unreadable needs review."""
        try:
            submission = read_submission(entry.path, assignment, student=entry.student)
        except NotebookError as error:
            return unreadable(assignment, entry.student, str(error), self._sandbox.isolation)
        key = _key(assignment, submission, self._sandbox.isolation)
        result = self._faults.get(key) or self._stored(key)
        if result is None:
            try:
                result = grade(assignment, submission, self._sandbox)
            except AutograderError:
                raise
            except Exception as error:  # ours, and no reason to leave the others ungraded
                why = f"the grader itself failed: {type(error).__name__}"
                return unreadable(assignment, entry.student, why, self._sandbox.isolation)
            self._store(key, result)
        return replace(result, student=entry.student)

    def results(
        self, assignment: Assignment, entries: Sequence[Entry], *, jobs: int = 1
    ) -> Iterator[Result]:
        """Grade `jobs` submissions at a time; a result comes when it is stored."""
        if DataStore.declared_by(assignment):
            DataStore(assignment).checksum()  # made or missed once, before many ask for it
        graders = Graders(self._sandbox, jobs=jobs)
        lost = partial(_lost, assignment, self._sandbox.isolation)
        for result, faults in graders.each(partial(_grade_apart, assignment), entries, lost):
            self._faults.update(faults)
            yield result

    def forget_faults(self) -> None:
        """Let what failed by our fault be tried again."""
        self._faults.clear()

    def _store(self, key: str, result: Result) -> None:
        if result.status is Status.NEEDS_REVIEW:
            self._faults[key] = result
        else:
            text = to_json(replace(result, student="").to_json())
            write_atomically(self._folder / f"{key}.json", text)

    def _stored(self, key: str) -> Result | None:
        try:
            data = json.loads((self._folder / f"{key}.json").read_text())
            return Result.from_json(data)
        except (OSError, ValueError, KeyError, TypeError):
            return None  # not there, or not ours: grade again


def _grade_apart(
    assignment: Assignment, sandbox: Sandbox, entry: Entry
) -> tuple[Result, dict[str, Result]]:
    """A result and, if it is our fault, under which key; perhaps in another process."""
    room = Classroom(assignment.root, sandbox)
    return room.result(assignment, entry), room._faults


def _lost(assignment: Assignment, isolation: str, entry: Entry) -> tuple[Result, dict[str, Result]]:
    why = "the grader's own process was ended twice while it graded this submission"
    return unreadable(assignment, entry.student, why, isolation), {}


def _key(assignment: Assignment, submission: Submission, isolation: str) -> str:
    """A hash of all that a verdict follows from; the student's name is no part of it."""
    parts = {
        "cells": [[c.index, c.grade_id, c.source] for c in submission.to_run()],
        "mended": submission.mended,
        "tasks": [[task.name, task.points] for task in assignment.tasks],
        "checks": [path.read_text() for path in sorted(assignment.hidden.glob("*.py"))],
        "files": [
            [name, file.missing, hashlib.sha256(file.content).hexdigest()]
            for name, file in submission.files.items()
        ],
        "data": _data(assignment),
        "release": assignment.release.read_text(),
        "isolation": isolation,
        "engine": _engine(),
    }
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _data(assignment: Assignment) -> Any:
    """What decides how good a submitted file is."""
    if not DataStore.declared_by(assignment):
        return None
    data = DataStore(assignment)
    return [data.checksum(), data.settings()]


@cache
def _engine() -> str:
    """This code and the libraries that a verdict may follow from."""
    digest = hashlib.sha256(platform.python_version().encode())
    package = Path(autograder.__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(os.fsencode(path.relative_to(package)) + path.read_bytes())
    for name in _LIBRARIES:
        try:
            digest.update(f"{name} {version(name)}".encode())
        except PackageNotFoundError:
            continue
    return digest.hexdigest()
