"""Trusted side. Many submissions: each is graded once, and its result kept by what went in.

Below `.autograder/` there are `results/`, by a hash of everything that a verdict follows from,
`recordings/` of what submissions answered, by a hash of what does not depend on the checks, and
`written/`, what is in the gradebook now, by student.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from autograder.config import Flavour
from autograder.course.layout import Assignment
from autograder.course.storage import to_json, write_atomically
from autograder.errors import AutograderError, CourseError, NotebookError
from autograder.grading.fingerprint import answering, fingerprints, hashed
from autograder.grading.local import Engine, Graders
from autograder.grading.one import Verdict, judge, lost, unreadable
from autograder.result import Result, TaskResult
from autograder.sandbox import Sandbox
from autograder.submission.reading import Submission, read_collected

STORE = Path(".autograder")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A result, the submission that got it (None: unreadable), and the hashes of what went in."""

    result: Result
    submission: Submission | None = None
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A grade that would become another one; scores are None where a person must look."""

    student: str
    task: str
    before: float | None
    after: float | None
    checks: tuple[str, ...]


class Classroom:
    """Grades submissions of one course. Results outlive the process, faults of ours do not."""

    def __init__(self, root: Path, sandbox: Sandbox) -> None:
        self._folder, self.sandbox = root / STORE, sandbox
        self._graders = Graders(sandbox)
        self._faults: dict[str, Result] = {}

    def one(self, assignment: Assignment, entry: Entry) -> Graded:
        """The stored result, or that of grading now; a file that is unreadable needs review."""
        handed_in = self._read(assignment, entry)
        known = self._known(assignment, handed_in)
        if known is None:
            ready = self._ready(handed_in)
            when_lost = partial(_lost, assignment, self.sandbox.isolation)
            known = self._keep(handed_in, self._graders.one(assignment, _grade, ready, when_lost))
        return known

    def each(
        self, assignment: Assignment, entries: Sequence[Entry], engine: Engine
    ) -> Iterator[Graded]:
        """All of them, in the order in which they are done; one comes when it is stored.

        What has to be graded comes first. A class does not fit into memory, so submissions are
        read once to see which these are, and again when it is their turn.
        """
        todo = self.todo(assignment, entries)
        items = (self._ready(self._read(assignment, entry)) for entry in todo)
        when_lost = partial(_lost, assignment, engine.isolation)
        for handed_in, verdict in engine.each(assignment, _grade, items, when_lost):
            yield self._keep(handed_in, verdict)
        for entry in entries:
            if entry not in todo:
                yield self.one(assignment, entry)

    def todo(self, assignment: Assignment, entries: Iterable[Entry]) -> dict[Entry, Flavour | None]:
        """What is not graded yet, and which fork-server it needs; None if a recording may do."""
        found: dict[Entry, Flavour | None] = {}
        for entry in entries:
            handed_in = self._read(assignment, entry)
            if handed_in.submission is not None and self._known(assignment, handed_in) is None:
                recorded = self._recording_file(handed_in.parts).is_file()
                found[entry] = None if recorded else handed_in.submission.flavour
        return found

    def plan(self, assignment: Assignment, entries: Iterable[Entry]) -> dict[Entry, str]:
        """Why each submission would be graded or written, if at all; nothing is run."""
        return {entry: self._why(assignment, self._read(assignment, entry)) for entry in entries}

    def close(self) -> None:
        """End what was started to grade."""
        self._graders.close()
        self.sandbox.close()

    def forget_faults(self) -> None:
        """Let what failed by our fault be tried again."""
        self._faults.clear()

    def remember_written(self, graded: Graded) -> None:
        """Note what the gradebook holds for a student from now on.

        The recording of what the student handed in before is dropped: a class would fill the disk.
        """
        record = {"parts": dict(graded.parts), "result": graded.result.to_json()}
        result = graded.result
        before = self._written(result.assignment, result.student)
        if before and graded.parts and answering(before.parts) != answering(graded.parts):
            self._recording_file(before.parts).unlink(missing_ok=True)
        write_atomically(self._written_file(result.assignment, result.student), to_json(record))

    def written(self, assignment: Assignment) -> list[Result]:
        """What the gradebook holds, by student.

        Raises:
            CourseError: if nothing was graded yet.
        """
        name = assignment.name
        files = sorted(self._written_file(name, "").parent.glob("*.json"))
        found = [self._written(name, file.stem) for file in files]
        if not any(found):
            raise CourseError(f"nothing of {name} is graded yet; run 'autograder grade {name}'")
        return [graded.result for graded in found if graded]

    def changes(self, graded: Graded) -> list[Change]:
        """In which tasks the result differs from what was written for this student."""
        result = graded.result
        written = self._written(result.assignment, result.student)
        before = {task.name: task for task in written.result.tasks} if written else {}
        return [
            Change(
                student=result.student,
                task=task.name,
                before=before[task.name].score if task.name in before else None,
                after=task.score,
                checks=_differing(before.get(task.name), task),
            )
            for task in result.tasks
            if task.name not in before or before[task.name].score != task.score
        ]

    def _read(self, assignment: Assignment, entry: Entry) -> "_HandedIn":
        try:
            submission = read_collected(entry.path, assignment, student=entry.student)
        except NotebookError as error:
            # Students read it in their feedback: where the course lies is not theirs to know.
            why = str(error).replace(str(entry.path), entry.path.name)
            return _HandedIn(entry=entry, unreadable=why)
        parts = fingerprints(assignment, submission, isolate=self.sandbox.isolate)
        return _HandedIn(entry=entry, submission=submission, parts=parts)

    def _known(self, assignment: Assignment, handed_in: "_HandedIn") -> Graded | None:
        student = handed_in.entry.student
        if handed_in.submission is None:
            why, isolation = handed_in.unreadable, self.sandbox.isolation
            return Graded(result=unreadable(assignment, student, why, isolation))
        result = self._faults.get(handed_in.key) or self._stored(handed_in.key)
        if result is None:
            return None
        result = replace(result, student=student)
        return Graded(result=result, submission=handed_in.submission, parts=handed_in.parts)

    def _ready(self, handed_in: "_HandedIn") -> "_HandedIn":
        """With what is known of the submission from an earlier grading."""
        try:
            past = self._recording_file(handed_in.parts).read_bytes()
        except OSError:
            return handed_in
        return replace(handed_in, past=past)

    def _keep(self, handed_in: "_HandedIn", verdict: Verdict) -> Graded:
        result, key = verdict.result, handed_in.key
        if not result.lasting:
            self._faults[key] = result
        else:
            text = to_json(replace(result, student="").to_json())
            write_atomically(self._folder / "results" / f"{key}.json", text)
            if verdict.recording is not None:
                write_atomically(self._recording_file(handed_in.parts), verdict.recording)
        return Graded(result=result, submission=handed_in.submission, parts=handed_in.parts)

    def _stored(self, key: str) -> Result | None:
        try:
            data = json.loads((self._folder / "results" / f"{key}.json").read_text())
            return Result.from_json(data)
        except (OSError, ValueError, KeyError, TypeError):
            return None  # not there, or not ours: grade again

    def _why(self, assignment: Assignment, handed_in: "_HandedIn") -> str:
        if handed_in.submission is None:
            return f"cannot be read: {handed_in.unreadable}"
        written = self._written(assignment.name, handed_in.entry.student)
        stored = self._stored(handed_in.key) is not None
        if written is None:
            return "graded, but not in the gradebook yet" if stored else "never graded"
        now, then = handed_in.parts, written.parts
        changed = sorted(name for name in {*now, *then} if now.get(name) != then.get(name))
        return ", ".join(f"{name} changed" for name in changed)

    def _written(self, assignment: str, student: str) -> Graded | None:
        try:
            data = json.loads(self._written_file(assignment, student).read_text())
            return Graded(result=Result.from_json(data["result"]), parts=dict(data["parts"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _written_file(self, assignment: str, student: str) -> Path:
        return self._folder / "written" / assignment / f"{student}.json"

    def _recording_file(self, parts: Mapping[str, str]) -> Path:
        return self._folder / "recordings" / hashed(answering(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class _HandedIn:
    """A submission as it was read, or why it could not be; and its recording, if there is one."""

    entry: Entry
    submission: Submission | None = None
    unreadable: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    past: bytes | None = None

    @property
    def key(self) -> str:
        return hashed(self.parts)


def _grade(assignment: Assignment, sandbox: Sandbox, handed_in: _HandedIn) -> Verdict:
    """Grade one; perhaps in another process or on another machine."""
    assert handed_in.submission is not None
    try:
        return judge(assignment, sandbox, handed_in.submission, handed_in.past)
    except AutograderError:
        raise
    except Exception as error:  # ours, and no reason to leave the others ungraded
        why = f"the grader itself failed: {type(error).__name__}"
        student = handed_in.entry.student
        return Verdict(result=unreadable(assignment, student, why, sandbox.isolation))


def _lost(assignment: Assignment, isolation: str, handed_in: _HandedIn) -> Verdict:
    return Verdict(result=lost(assignment, handed_in.entry.student, isolation))


def _differing(before: TaskResult | None, after: TaskResult) -> tuple[str, ...]:
    """The checks that came out otherwise, by name; all that failed if there was nothing before."""
    if before is None:
        return tuple(check.name for check in after.checks if check.points < check.max_points)
    old = {check.name: check.points for check in before.checks}
    new = {check.name: check.points for check in after.checks}
    return tuple(sorted(name for name in {*old, *new} if old.get(name) != new.get(name)))
