"""Trusted side. Hashes of what a verdict follows from: equal hashes, equal grade."""

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import autograder
from autograder.config import FLAVOURS
from autograder.course.dataset import DataStore
from autograder.course.layout import Assignment, Task, TaskKind
from autograder.course.notebooks import grade_id_of, marks_of
from autograder.course.packages import versions
from autograder.submission.reading import Submission

_LIBRARIES = (
    *(package for flavour in FLAVOURS for package in flavour.packages),
    *("scikit-learn", "ipython", "pytest", "hypothesis"),
)
# Quizzes are not graded, and the wings above these only show or write what was decided.
_VERDICT_WINGS = ("course", "submission", "sandbox", "inside", "checks", "grading")
# Of grading, only what judges one submission: how many are handed round, and kept, decides nothing.
_NO_VERDICT = ("changes", "classroom", "dask", "fingerprint", "local", "store")
_JUDGING = ("hidden check ", "data set", "points", "answer ")


def fingerprints(
    assignment: Assignment, submission: Submission, *, isolate: bool
) -> dict[str, str]:
    """Hashes of all that a verdict follows from, by name; the student's name is not part of it."""
    parts: dict[str, Any] = {
        "notebook": [[c.index, c.grade_id, c.source] for c in submission.to_run()],
        "mended": submission.mended,
        "python": submission.python,
        "files beside": [
            [name, hashlib.sha256(content).hexdigest()]
            for name, content in sorted(submission.beside.items())
        ],
        "points": [[task.name, task.points] for task in assignment.tasks],
        "data set": _data(assignment),
        "release": [_released(part) for part in assignment.parts],
        "notebooks": [[part.unread, len(part.cells)] for part in submission.parts],
        "seconds for a cell": assignment.settings.cell_s,
        "isolation": isolate,  # in which way does not change an answer
        "packages": versions(assignment.settings.packages),
        "grader": engine_hash(),
    }
    for path in sorted(assignment.hidden.glob("*.py")):
        parts[f"hidden check {path.name}"] = path.read_text()
    # An answer that a person reads is not among the code that is run.
    for part, handed_in in zip(assignment.parts, submission.parts or (submission,), strict=True):
        before = f"{part.notebook}/" if assignment.several else ""
        for task in part.tasks:
            parts[f"answer {before}{task.name}"] = _answer(task, handed_in)
    for name, file in submission.files.items():
        parts[f"file {name}"] = [file.missing, hashlib.sha256(file.content).hexdigest()]
    return {name: hashed(content) for name, content in parts.items()}


def _released(assignment: Assignment) -> Any:
    """What students' cells are put back to."""
    return assignment.originals or assignment.release.read_text()


def _answer(task: Task, submission: Submission) -> Any:
    """What was handed in for a task; for a task cell all cells that are the student's own."""
    if task.kind is TaskKind.SUBMITTED:
        return [cell["source"] for cell in submission.cells if not marks_of(cell)]
    found = (cell for cell in submission.cells if grade_id_of(cell) == task.answer)
    cell = next(found, None) if task.answer else None
    return cell and [cell["source"], cell.get("attachments")]


def answering(parts: Mapping[str, str]) -> dict[str, str]:
    """Those that decide what a submission answers; the others decide how it is judged."""
    return {name: value for name, value in parts.items() if not name.startswith(_JUDGING)}


def hashed(content: Any) -> str:
    """SHA-256 of data as JSON."""
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _data(assignment: Assignment) -> Any:
    """What decides how good a submitted file is."""
    if not DataStore.declared_by(assignment):
        return None
    data = DataStore(assignment)
    return [data.checksum(), data.settings()]


@cache
def engine_hash() -> str:
    """A hash of the code that makes a verdict, and of this machine's Python and libraries."""
    digest = hashlib.sha256(verdict_code_hash().encode() + platform.python_version().encode())
    for name in _LIBRARIES:
        try:
            digest.update(f"{name} {version(name)}".encode())
        except PackageNotFoundError:
            continue
    return digest.hexdigest()


@cache
def verdict_code_hash() -> str:
    """A hash of the wings that make a verdict and of the ground floor; the same on any machine."""
    digest = hashlib.sha256()
    package = Path(autograder.__file__).parent
    paths = [path for wing in _VERDICT_WINGS for path in (package / wing).rglob("*.py")]
    without = {package / "grading" / f"{name}.py" for name in _NO_VERDICT}
    for path in sorted({*package.glob("*.py"), *paths} - without):
        digest.update(os.fsencode(path.relative_to(package)) + path.read_bytes())
    return digest.hexdigest()
