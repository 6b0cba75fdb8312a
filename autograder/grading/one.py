"""Trusted side. One submission in, one Result out; knows neither nbgrader nor the course."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.checks.absence import stubs_in
from autograder.checks.cell_run import shown_by
from autograder.checks.lives import Lives, Program
from autograder.checks.plugin import run_checks, score
from autograder.checks.session import Session
from autograder.course.dataset import DataStore
from autograder.course.layout import Assignment, Task, TaskKind
from autograder.course.notebooks import grade_id_of, text_of
from autograder.errors import HiddenCheckError, SandboxFault
from autograder.grading.by_cells import judge_by_test_cells
from autograder.grading.doubts import settled
from autograder.result import CheckResult, Outcome, Result, Status, TaskResult
from autograder.sandbox import Recorder, Sandbox
from autograder.submission.reading import Submission, handed_out


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
    return Verdict(result=_showing(first, again))


def _showing(first: Result, again: Result) -> Result:
    """The second verdict with what the first run's cells showed."""
    notebooks = {name: _showing(first.notebooks[name], n) for name, n in again.notebooks.items()}
    return replace(again, outputs=first.outputs, notebooks=notebooks)


def unreadable(assignment: Assignment, student: str, why: str, isolation: str) -> Result:
    """The result of a file that no notebook can be made of: a person must look at it."""
    return _unjudged(assignment, student, why, isolation)


def lost(assignment: Assignment, student: str, isolation: str) -> Result:
    """The result of a submission that ended the process which judged it, twice."""
    why = "the grader's own process was ended twice while it graded this submission"
    return _unjudged(assignment, student, why, isolation)


def _unjudged(assignment: Assignment, student: str, why: str, isolation: str) -> Result:
    if assignment.several:
        parts = [_unjudged(part, student, why, isolation) for part in assignment.several]
        return _joined(assignment, parts, mended=(why,))
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
    if not assignment.several:
        return _grade_notebook(assignment, submission, boxes, sandbox)
    pairs = zip(assignment.several, submission.parts, strict=True)
    parts = [_grade_part(part, handed_in, boxes, sandbox) for part, handed_in in pairs]
    return _joined(assignment, parts, mended=submission.mended)


def _grade_part(
    part: Assignment, submission: Submission, boxes: Recorder, sandbox: Sandbox
) -> Result:
    """One of several notebooks. As in nbgrader, one that was not handed in has earned nothing."""
    if submission.absent:
        tasks = tuple(_absent(task, submission.unread) for task in part.tasks)
        return _result(
            part,
            submission.student,
            tasks,
            isolation=sandbox.isolation,
            mended=submission.mended,
        )
    if submission.unread:
        return _unjudged(part, submission.student, submission.unread, sandbox.isolation)
    return _grade_notebook(part, submission, boxes, sandbox)


def _grade_notebook(
    assignment: Assignment, submission: Submission, boxes: Recorder, sandbox: Sandbox
) -> Result:
    stubs = stubs_in(handed_out(assignment))
    session = Session(boxes, submission, stubs=stubs, lives=_lives(assignment, submission, boxes))
    try:
        try:
            session.run_cells()
        except SandboxFault as fault:
            judged = [_fault(task, str(fault)) for task in assignment.tested]
        else:
            if assignment.sealed:
                found = _judge_sealed(assignment, session)
            else:
                found = judge_by_test_cells(assignment, session.lives.runs)
            judged = [
                settled(result, task, session.lives.runs, submission.python)
                for task, result in zip(assignment.tested, found, strict=True)
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


def _lives(assignment: Assignment, submission: Submission, boxes: Recorder) -> Lives:
    limits, seconds = submission.flavour.limits, assignment.settings.cell_s
    cells = submission.to_run()
    if seconds is not None and not assignment.sealed:  # as nbgrader has it: for each cell anew
        in_all = seconds * len(cells)
        limits = replace(
            limits,
            cell_cpu_s=seconds,
            idle_s=seconds,
            total_idle_s=max(limits.total_idle_s, in_all),
            waiting_s=max(limits.waiting_s, in_all),
            total_cpu_s=max(limits.total_cpu_s, math.ceil(in_all)),
        )
    program = Program(
        flavour=submission.flavour, limits=limits, cells=cells, beside=submission.beside
    )
    return Lives(boxes, program, label=assignment.notebook)


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


def _for_a_person(assignment: Assignment, submission: Submission) -> Iterator[TaskResult]:
    """Tasks without tests. An answer that nobody touched has earned nothing, as nbgrader has it."""
    released = {grade_id_of(cell): text_of(cell) for cell in handed_out(assignment)}
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


def _absent(task: Task, why: str) -> TaskResult:
    check = CheckResult(
        name=task.name,
        title="The notebook is there",
        outcome=Outcome.MISSING,
        points=0.0,
        max_points=task.points,
        message=why,
    )
    return TaskResult(
        name=task.name, score=0.0, max_score=task.points, status=Status.GRADED, checks=(check,)
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


def _joined(assignment: Assignment, parts: Sequence[Result], *, mended: tuple[str, ...]) -> Result:
    """The verdict on several notebooks, in the order of the assignment's."""
    notebooks = {one.notebook: part for one, part in zip(assignment.several, parts, strict=True)}
    tasks = tuple(
        replace(task, name=f"{name}/{task.name}")
        for name, part in notebooks.items()
        for task in part.tasks
    )
    isolation = parts[0].isolation
    whole = _result(assignment, parts[0].student, tasks, isolation=isolation, mended=mended)
    return replace(whole, notebooks=notebooks)
