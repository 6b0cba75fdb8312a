"""Trusted side. What a course keeps of its gradings, in files below `.autograder/`.

- `results/`: verdicts, by a hash of everything that they follow from;
- `recordings/`: what submissions answered, by a hash of what does not depend on the checks;
- `written/`: what is in the gradebook now, by student.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.course.storage import to_json, write_atomically
from autograder.grading.fingerprint import answering, hashed
from autograder.result import Result

STATE = Path(".autograder")
_UNREADABLE = (OSError, ValueError, KeyError, TypeError)  # not there, or not written by us


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the gradebook holds for a student, and the hashes of what it followed from."""

    result: Result
    parts: Mapping[str, str] = field(default_factory=dict)


class Store:
    """The files of one course. A file that is damaged is treated as missing."""

    def __init__(self, root: Path) -> None:
        self._folder = root / STATE

    def result(self, parts: Mapping[str, str]) -> Result | None:
        """The verdict that followed from these hashes; it names no student."""
        try:
            return Result.from_json(json.loads(self._result_file(parts).read_text()))
        except _UNREADABLE:
            return None

    def keep_result(self, parts: Mapping[str, str], result: Result) -> None:
        """Keep a verdict, for everybody who hands in the same."""
        text = to_json(replace(result, student="").to_json())
        write_atomically(self._result_file(parts), text)

    def recording(self, parts: Mapping[str, str]) -> bytes | None:
        """What the submission with these hashes answered, no matter what the checks were."""
        try:
            return self._recording_file(parts).read_bytes()
        except OSError:
            return None

    def keep_recording(self, parts: Mapping[str, str], recording: bytes) -> None:
        """Keep what it answered for the time when checks have changed."""
        write_atomically(self._recording_file(parts), recording)

    def written(self, assignment: str, student: str) -> Written | None:
        """What was last put into the gradebook for a student."""
        try:
            data = json.loads(self._written_file(assignment, student).read_text())
            return Written(result=Result.from_json(data["result"]), parts=dict(data["parts"]))
        except _UNREADABLE:
            return None

    def all_written(self, assignment: str) -> list[Written]:
        """The same for everybody, by name."""
        files = sorted(self._written_file(assignment, "").parent.glob("*.json"))
        found = (self.written(assignment, file.stem) for file in files)
        return [written for written in found if written]

    def keep_written(self, result: Result, parts: Mapping[str, str]) -> None:
        """Note what the gradebook holds for a student from now on.

        The recording of what the student handed in before is dropped: a class would fill the disk.
        """
        before = self.written(result.assignment, result.student)
        if before and parts and answering(before.parts) != answering(parts):
            self._recording_file(before.parts).unlink(missing_ok=True)
        record = {"parts": dict(parts), "result": result.to_json()}
        write_atomically(self._written_file(result.assignment, result.student), to_json(record))

    def _result_file(self, parts: Mapping[str, str]) -> Path:
        return self._folder / "results" / f"{hashed(parts)}.json"

    def _recording_file(self, parts: Mapping[str, str]) -> Path:
        return self._folder / "recordings" / hashed(answering(parts))

    def _written_file(self, assignment: str, student: str) -> Path:
        return self._folder / "written" / assignment / f"{student}.json"
