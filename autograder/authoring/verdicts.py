"""Trusted side. What is known of an assignment's own answers, and what each verdict follows from.

`solutions/<assignment>/verdicts.json` is committed. It has a line for each bank entry and for the
reference, with a hash of all in the repository that the verdict follows from. As long as the hash
is the same, so is the verdict. No hash depends on the machine: the lock file says which libraries
there are, and the secret of hidden examples is left out, since no line may reveal it.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.authoring.specimen import Files
from autograder.course.layout import Assignment, Task
from autograder.course.notebooks import Notebook
from autograder.course.storage import LOCKS, holding, write_atomically
from autograder.errors import CourseError
from autograder.grading.fingerprint import hashed, verdict_code_hash

Line = dict[str, Any]
SHORT = 16  # hexadecimal digits of a hash: enough, since nobody gains by a collision
_NOT_CONTENT = ("__pycache__", ".ipynb_checkpoints")


class VerdictBook:
    """The lines of one assignment, by name."""

    def __init__(self, assignment: Assignment) -> None:
        self.path = assignment.solutions / "verdicts.json"
        self._lines = _read(self.path)

    @property
    def names(self) -> set[str]:
        """The names that have a line."""
        return set(self._lines)

    def still_true(self, follows_from: Mapping[str, str]) -> dict[str, Line]:
        """The lines of these names that would follow from the same today."""
        return {
            name: self._lines[name]
            for name, now in follows_from.items()
            if name in self._lines and self._lines[name]["follows_from"] == now
        }

    def write(self, lines: Mapping[str, Line], instead_of: Callable[[str], bool]) -> None:
        """Put these lines in, and take out those whose names `instead_of` is true for."""
        others = {name: line for name, line in self._lines.items() if not instead_of(name)}
        self._lines = dict(sorted((others | dict(lines)).items()))
        texts = (f"{json.dumps(name)}: {json.dumps(line)}" for name, line in self._lines.items())
        write_atomically(self.path, "{\n" + ",\n".join(texts) + "\n}\n")

    def write_one(self, name: str, line: Line) -> None:
        """Put in one line, and leave the others."""
        self.write({name: line}, instead_of=name.__eq__)


def sole_author(assignment: Assignment) -> AbstractContextManager[None]:
    """While one builds the release or fills the verdict book, no other process may do so.

    Raises:
        Busy: if one does.
    """
    return holding(
        assignment.root / LOCKS / "authors" / f"{assignment.name}.lock",
        busy=f"'autograder release' or 'autograder verify' already works on {assignment.name}; run "
        "this again when that has ended",
    )


def _read(path: Path) -> dict[str, Line]:
    try:
        lines: dict[str, Line] = json.loads(path.read_text())
        return lines
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise CourseError(
            f"{path} cannot be read ({error}); delete it, then run 'autograder verify' and "
            "'autograder release', which write it"
        ) from None


class Origins:
    """What all verdicts of an assignment follow from beside the submission; read once.

    `rules` is the module that says whether an entry is as expected.
    """

    def __init__(self, assignment: Assignment, rules: str) -> None:
        root = assignment.root
        hidden = digests(assignment.hidden)
        self._checks = {assignment.check_file(task).name: task for task in assignment.tasks}
        self._hidden = hidden
        self._shared = {
            "engine": [verdict_code_hash(), digest(Path(rules))],
            "release": digests(assignment.release.parent),
            "modules": digests(assignment.source_folder.parent, ["*.py"]),
            "locked": locked(root),
        }

    def of(self, tasks: Iterable[Task], notebook: Notebook, files: Files) -> str:
        """The hash of all that the verdict on a submission follows from when `tasks` judge it."""
        judging = list(tasks)
        others = {name for name, task in self._checks.items() if task not in judging}
        return hashed(
            {
                **self._shared,
                "tasks": [asdict(task) for task in judging],
                "hidden": {k: v for k, v in self._hidden.items() if k not in others},
                "notebook": notebook,
                "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
            }
        )[:SHORT]


def locked(root: Path) -> dict[str, str]:
    """A hash of the course's lock file, if it has one: it says which libraries are installed."""
    return digests(root, ["requirements.lock"])


def digests(folder: Path, patterns: Iterable[str] = ("**/*",)) -> dict[str, str]:
    """A hash of each file that is there, by its place below a folder."""
    return {
        path.relative_to(folder).as_posix(): digest(path)
        for pattern in patterns
        for path in sorted(folder.glob(pattern))
        if path.is_file() and not set(_NOT_CONTENT) & set(path.parts)
    }


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
