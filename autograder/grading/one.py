"""Trusted side. One submission in, one Result out; knows neither nbgrader nor the course."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.checks.absence import stubs_in
from autograder.checks.cell_run import shown_by
from autograder.checks.plugin import run_checks, score
from autograder.checks.session import Session
from autograder.course.dataset import DataStore
from autograder.course.layout import Assignment, Task, TaskKind
from autograder.course.notebooks import grade_id_of, text_of
from autograder.errors import HiddenCheckError, SandboxFault
from autograder.grading.doubts import settled
from autograder.result import CheckResult, Outcome, Result, Status, TaskResult
from autograder.sandbox import Recorder, Sandbox
from autograder.submission.reading import Submission, released_cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A result, and what the submission answered, if that is new and can be kept."""

    result: Result
    recording: bytes | None = None


def grade(assignment: Assignment, sandbox: Sandbox, submission: Submission) -> Result:
    """Run the submission's cells sealed and judge each task outside.

    A fault of ours is tried once more; if it stays, the submission needs review and has no score.

    Raises:
        HiddenCheckError: if the hidden checks are not usable.
        DataError: if hidden examples are not there or not what they were.
        SandboxUnavailable: if this machine cannot isolate.
    """
    return judge(assignment, sandbox, submission).result


def judge(
    assignment: Assignment, sandbox: Sandbox, submission: Submission, past: bytes | None = None
) -> Verdict:
    """As `grade`; what the recording `past` of the same submission knows is not run again."""
    recorder = Recorder(sandbox, past)
    first = _grade_once(assignment, submission, recorder, sandbox)
    if first.lasting:
        return Verdict(result=first, recording=recorder.recording() if recorder.ran else None)
    # The cells' outputs are those of the first run: a second could show what hidden calls left.
    again = _grade_once(assignment, submission, Recorder(sandbox), sandbox)
    return Verdict(result=replace(again, outputs=first.outputs))


def unreadable(assignment: Assignment, student: str, why: str, isolation: str) -> Result:
    """The result of a file that no notebook can be made of: a person must look at it."""
    return _unjudged(assignment, student, why, isolation)


def lost(assignment: Assignment, student: str, isolation: str) -> Result:
    """The result of a submission that ended the process which judged it, twice."""
    why = "the grader's own process was ended twice while it graded this submission"
    return _unjudged(assignment, student, why, isolation)


def _unjudged(assignment: Assignment, student: str, why: str, isolation: str) -> Result:
    tasks = tuple(
        TaskResult(
            name=task.name, score=None, max_score=task.points, status=Status.NEEDS_REVIEW, checks=()
        )
        for task in assignment.tasks
    )
    return _result(assignment, student, tasks, isolation=isolation, mended=(why,))


def _grade_once(
    assignment: Assignment, submission: Submission, boxes: Recorder, sandbox: Sandbox
) -> Result:
    session = Session(boxes, submission, stubs=stubs_in(released_cells(assignment)))
    try:
        try:
            session.run_cells()
        except SandboxFault as fault:
            judged = [_fault(task, str(fault)) for task in assignment.tested]
        else:
            judge_tested = _judge_sealed if assignment.sealed else _judge_by_test_cells
            judged = [
                settled(result, task, session.lives.runs, submission.python)
                for task, result in zip(
                    assignment.tested, judge_tested(assignment, session), strict=True
                )
            ]
    finally:
        session.close()
    return _result(
        assignment,
        submission.student,
        (*judged, *_for_a_person(assignment, submission)),
        isolation=sandbox.isolation,
        mended=submission.mended,
        outputs={run.cell.index: shown_by(run) for run in session.lives.runs},
    )


def _judge_sealed(assignment: Assignment, session: Session) -> list[TaskResult]:
    # Data that is not there, or not what it was, ends the command: nobody could be judged.
    data = DataStore(assignment).dataset() if DataStore.declared_by(assignment) else None
    files = [assignment.check_file(task) for task in assignment.tested]
    found = run_checks(files, session, data)
    return [
        _sum_up(task, file, found[file])
        for task, file in zip(assignment.tested, files, strict=True)
    ]


def _sum_up(task: Task, file: Path, checks: tuple[CheckResult, ...]) -> TaskResult:
    worth = sum(check.max_points for check in checks)
    if worth != task.points:
        raise HiddenCheckError(
            f"the checks in {file} are worth {worth:g} points, but the cell {task.name!r} of the "
            f"source notebook says {task.points:g}; make them equal"
        )
    points = score(checks)
    return TaskResult(
        name=task.name,
        score=points,
        max_score=task.points,
        status=Status.NEEDS_REVIEW if points is None else Status.GRADED,
        checks=checks,
    )


def _judge_by_test_cells(assignment: Assignment, session: Session) -> list[TaskResult]:
    return [_judge_by_test_cell(task, session) for task in assignment.tested]


def _judge_by_test_cell(task: Task, session: Session) -> TaskResult:
    """nbgrader's scoring rule for an assignment from elsewhere, whose tests are in its cells.

    Without its traps: stderr is not a failure, and a value that is not a score earns nothing.
    """
    run = next((run for run in session.lives.runs if run.cell.grade_id == task.name), None)
    earned, message = task.points, ""
    if run is None or run.failure is not None:
        earned, message = 0.0, run.failure or "" if run else "its test cell was not run"
    elif run.value is not None:
        earned = _as_score(run.value, task.points)
    outcome = Outcome.PASSED if earned == task.points else Outcome.FAILED
    check = CheckResult(
        name=task.name,
        title="The test cell runs without an error",
        outcome=outcome,
        points=earned,
        max_points=task.points,
        message=message,
    )
    return TaskResult(
        name=task.name,
        score=earned,
        max_score=task.points,
        status=Status.GRADED,
        checks=(check,),
    )


def _as_score(text: str, most: float) -> float:
    """A test cell's last value as partial credit; what is not a number from 0 to `most` earns 0."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0.0 <= value <= most else 0.0


def _for_a_person(assignment: Assignment, submission: Submission) -> Iterator[TaskResult]:
    """Tasks without tests. An answer that nobody touched has earned nothing, as nbgrader has it."""
    released = {grade_id_of(cell): text_of(cell) for cell in released_cells(assignment)}
    handed_in = {grade_id_of(cell): text_of(cell) for cell in submission.cells}
    for task in assignment.tasks:
        if task.kind is TaskKind.TESTED:
            continue
        untouched = task.answer and released.get(task.answer) == handed_in.get(task.answer)
        yield TaskResult(
            name=task.name,
            score=0.0 if untouched else None,
            max_score=task.points,
            status=Status.GRADED if untouched else Status.NEEDS_REVIEW,
            checks=(),
            why="" if untouched else "a person grades it",
        )


def _fault(task: Task, why: str) -> TaskResult:
    check = CheckResult(
        name="sandbox",
        title="The sandbox works",
        outcome=Outcome.GRADER_FAULT,
        points=0.0,
        max_points=task.points,
        message=f"The grader itself failed: {why}.",
    )
    return TaskResult(
        name=task.name,
        score=None,
        max_score=task.points,
        status=Status.NEEDS_REVIEW,
        checks=(check,),
    )


def _result(
    assignment: Assignment,
    student: str,
    tasks: tuple[TaskResult, ...],
    *,
    isolation: str,
    mended: tuple[str, ...],
    outputs: dict[int, list[dict[str, Any]]] | None = None,
) -> Result:
    order = {task.name: place for place, task in enumerate(assignment.tasks)}
    tasks = tuple(sorted(tasks, key=lambda task: order[task.name]))
    known = [task.score for task in tasks if task.score is not None]
    complete = len(known) == len(tasks)
    return Result(
        assignment=assignment.name,
        student=student,
        status=Status.GRADED if complete else Status.NEEDS_REVIEW,
        score=sum(known) if complete else None,
        max_score=assignment.max_score,
        sealed=assignment.sealed,
        isolation=isolation,
        mended=mended,
        tasks=tasks,
        outputs=outputs or {},
    )
