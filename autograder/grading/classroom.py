"""Trusted side. Many submissions: each is read once, and graded once if its result is not known."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path

from autograder.config import Flavour
from autograder.course.layout import Assignment
from autograder.errors import AutograderError, CourseError, NotebookError
from autograder.grading.changes import Change, Changed, changes, says_otherwise
from autograder.grading.fingerprint import fingerprints, hashed
from autograder.grading.local import Engine, Graders, Work
from autograder.grading.one import Verdict, judge, lost, unreadable
from autograder.grading.store import Store
from autograder.result import Result
from autograder.sandbox import Sandbox
from autograder.submission.handed_in import read_handed_in
from autograder.submission.reading import Submission

_FIRST = 8  # submissions that are read before anybody asks for a result


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
    folders, wanted = assignment.settings.folders, set(students)
    handed_in = partial(folders.path, assignment.root, folders.submitted, assignment.name)
    file = assignment.parts[0].file
    entries = [
        Entry(student=student, path=handed_in(student) / file)
        for student in folders.found(
            assignment.root, folders.submitted, assignment=assignment.name, student="*"
        )
        if (not wanted or student in wanted) and student not in assignment.settings.left_out
    ]
    absent = wanted - {entry.student for entry in entries}
    if absent or not entries:
        who = ", ".join(sorted(absent)) or "anybody"
        raise CourseError(
            f"no submission of {assignment.name} by {who} in {handed_in('*')}; "
            "collect submissions with 'nbgrader collect' first"
        )
    return entries


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedSubmission:
    """A result, the submission that got it (None: unreadable), and the hashes of what went in."""

    result: Result
    submission: Submission | None = None
    parts: Mapping[str, str] = field(default_factory=dict)


class Classroom:
    """Grades submissions of one course. Results outlive the process, faults of ours do not."""

    def __init__(self, root: Path, sandbox: Sandbox) -> None:
        self._store, self.sandbox = Store(root), sandbox
        self._graders = Graders(sandbox)
        self._faults: dict[str, Result] = {}

    def one(self, assignment: Assignment, entry: Entry) -> GradedSubmission:
        """The stored result, or that of grading now; a file that is unreadable needs review.

        What failed by our fault in `each` is answered as it was, once, for the writer of that run;
        after that it is tried again.
        """
        handed_in = self._read_each(assignment, [entry], self._graders)
        (graded,) = self._grade_each(assignment, handed_in, self._graders)
        self._faults.clear()
        return graded

    def each(
        self, assignment: Assignment, entries: Sequence[Entry], engine: Engine
    ) -> Iterator[GradedSubmission]:
        """All of them, in the order in which they are done; one comes when it is stored.

        A class does not fit into memory, so each submission is read when there is room for it. The
        first ones are read at once: what they need starts, while the caller does other things. What
        failed by our fault is tried again.
        """
        self._faults.clear()
        handed_in = self._read_each(assignment, entries, engine)
        first = list(islice(handed_in, _FIRST))
        return self._grade_each(assignment, chain(first, handed_in), engine)

    def plan(self, assignment: Assignment, entries: Iterable[Entry]) -> dict[Entry, str]:
        """Why each submission would be graded or written, if at all; nothing is run."""
        return {entry: self._why(assignment, self._read(assignment, entry)) for entry in entries}

    def close(self) -> None:
        """End what was started to grade."""
        self._graders.close()
        self.sandbox.close()

    def remember_written(self, graded: GradedSubmission, notebook: str = "") -> None:
        """Note what the gradebook holds for a student from now on.

        Where nbgrader writes one of several notebooks, the others are not written yet.
        """
        result, parts = graded.result, graded.parts
        before = self._store.written(result.assignment, result.student) if notebook else None
        if before is not None:
            then = {task.name: task for task in before.result.tasks}
            other = [t.name for t in result.tasks if not t.name.startswith(f"{notebook}/")]
            tasks = (then.get(t.name, t) if t.name in other else t for t in result.tasks)
            answers = {f"answer {name}" for name in other} & before.parts.keys()
            result = replace(result, tasks=tuple(tasks))
            parts = {**parts, **{name: before.parts[name] for name in answers}}
        self._store.keep_written(result, parts)

    def written(self, assignment: Assignment) -> list[Result]:
        """What the gradebook holds, by student.

        Raises:
            CourseError: if nothing was graded yet.
        """
        name = assignment.name
        found = self._store.all_written(name)
        if not found:
            raise CourseError(f"nothing of {name} is graded yet; run 'autograder grade {name}'")
        return [written.result for written in found]

    def changes(self, graded: GradedSubmission) -> list[Change]:
        """In which tasks the result differs from what was written for this student."""
        result = graded.result
        written = self._store.written(result.assignment, result.student)
        return changes(written.result if written else None, result)

    def changed(self, graded: GradedSubmission) -> Changed:
        """What is not as it was last written for this student; nothing if that is not known."""
        result = graded.result
        written = self._store.written(result.assignment, result.student)
        if written is None:
            return Changed()
        before = {task.name: task for task in written.result.tasks}
        then, now = written.parts, graded.parts
        return Changed(
            answers=frozenset(
                task.name
                for task in result.tasks
                if then.get(f"answer {task.name}") != now.get(f"answer {task.name}")
            ),
            verdicts=frozenset(
                task.name for task in result.tasks if says_otherwise(before.get(task.name), task)
            ),
        )

    def _read_each(
        self, assignment: Assignment, entries: Iterable[Entry], engine: Engine
    ) -> "Iterator[_HandedIn]":
        """What was handed in; the engine is told of what it will have to grade."""
        for entry in entries:
            handed_in = self._read(assignment, entry)
            if handed_in.known is None:
                handed_in = replace(handed_in, past=self._store.recording(handed_in.parts))
                engine.expect(handed_in.flavour)
            yield handed_in

    def _read(self, assignment: Assignment, entry: Entry) -> "_HandedIn":
        try:
            submission = read_handed_in(entry.path, assignment, student=entry.student)
        except NotebookError as error:
            # Students read it in their feedback: where the course lies is not theirs to know.
            why = str(error).replace(str(entry.path), entry.path.name)
            result = unreadable(assignment, entry.student, why, self.sandbox.isolation)
            return _HandedIn(student=entry.student, known=result)
        parts = fingerprints(assignment, submission, isolate=self.sandbox.isolate)
        known = self._faults.get(hashed(parts)) or self._store.result(parts)
        return _HandedIn(
            student=entry.student,
            submission=submission,
            parts=parts,
            known=known and replace(known, student=entry.student),
        )

    def _grade_each(
        self, assignment: Assignment, handed_in: "Iterator[_HandedIn]", engine: Engine
    ) -> Iterator[GradedSubmission]:
        def was_lost(one: _HandedIn) -> Verdict:
            return Verdict(result=lost(assignment, one.student, engine.isolation))

        work = Work(do=_grade, lost=was_lost, known=_known)
        for one, verdict in engine.each(assignment, work, handed_in):
            if one.known is None:
                self._keep(one.parts, verdict)
            yield GradedSubmission(
                result=verdict.result, submission=one.submission, parts=one.parts
            )

    def _keep(self, parts: Mapping[str, str], verdict: Verdict) -> None:
        if not verdict.result.lasting:
            self._faults[hashed(parts)] = verdict.result
            return
        self._store.keep_result(parts, verdict.result)
        if verdict.recording is not None:
            self._store.keep_recording(parts, verdict.recording)

    def _why(self, assignment: Assignment, handed_in: "_HandedIn") -> str:
        if handed_in.submission is None:
            reasons = handed_in.known.mended if handed_in.known else ()
            return f"cannot be read: {' '.join(reasons)}"
        written = self._store.written(assignment.name, handed_in.student)
        if written is None:
            return "graded, but not in the gradebook yet" if handed_in.known else "never graded"
        now, then = handed_in.parts, written.parts
        changed = sorted(name for name in {*now, *then} if now.get(name) != then.get(name))
        if "notebook" in changed:  # which says that answers changed
            changed = [name for name in changed if not name.startswith("answer ")]
        return ", ".join(f"{name} changed" for name in changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _HandedIn:
    """A submission (None: unreadable) with its result if that is known, else its recording, if any.

    `parts` are the hashes of what went in.
    """

    student: str
    submission: Submission | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    known: Result | None = None
    past: bytes | None = None

    @property
    def flavour(self) -> Flavour | None:
        """The fork-server that it will need, unless its recording does."""
        return None if self.past or self.submission is None else self.submission.flavour


def _known(handed_in: _HandedIn) -> Verdict | None:
    return None if handed_in.known is None else Verdict(result=handed_in.known)


def _grade(assignment: Assignment, sandbox: Sandbox, handed_in: _HandedIn) -> Verdict:
    """Grade one; perhaps in another process or on another machine."""
    try:
        if handed_in.submission is None:
            raise ValueError("what is unreadable has a result")
        return judge(assignment, sandbox, handed_in.submission, handed_in.past)
    except AutograderError:
        raise
    except Exception as error:  # noqa: BLE001  # ours, and no reason to leave others ungraded
        why = f"the grader itself failed: {type(error).__name__}"
        return Verdict(result=unreadable(assignment, handed_in.student, why, sandbox.isolation))
