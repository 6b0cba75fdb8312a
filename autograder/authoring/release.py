"""Trusted side. The gate that a student release must pass before it is published."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from autograder.authoring.specimen import (
    answer,
    files_in,
    grade_specimen,
    solution_lines,
    solved,
    with_answer,
)
from autograder.authoring.verdicts import Origins, VerdictBook
from autograder.course.layout import Assignment, Task
from autograder.course.notebooks import read_trusted, text_of
from autograder.errors import StorageError
from autograder.result import Outcome, TaskResult
from autograder.sandbox import Sandbox

GATE = "gate"  # its line in the verdict book
BUILD = Path(".autograder", "build")


def in_build(assignment: Assignment) -> Assignment:
    """The assignment with the release that is being built instead of the published one."""
    return assignment.changed(built_in=str(BUILD))


def gate(assignment: Assignment, sandbox: Sandbox, *, again: bool = False) -> list[str]:
    """What keeps the release from being handed out; an empty list is a pass.

    Blank earns 0, the reference earns everything, each task solved alone exactly its own points,
    and nothing of a solution or an output is left. Without tasks there is nothing to score. What
    is known to be fair is not graded, unless `again` is asked for.
    """
    return [*_leaks(assignment), *_unfair(assignment, sandbox, again=again)]


def is_known_to_be_fair(assignment: Assignment) -> bool:
    """Whether all that its scores follow from is as it was when it passed."""
    return bool(VerdictBook(assignment).still_true({GATE: _follows_from(assignment)}))


def _unfair(assignment: Assignment, sandbox: Sandbox, *, again: bool) -> list[str]:
    if not assignment.tested or (not again and is_known_to_be_fair(assignment)):
        return []
    found = list(_unfair_scores(assignment, sandbox))
    if not found and sandbox.isolate:
        VerdictBook(assignment).write_one(GATE, {"follows_from": _follows_from(assignment)})
    return found


def _follows_from(assignment: Assignment) -> str:
    files = files_in(assignment.solutions, assignment)
    return Origins(assignment, __file__).of(assignment.tasks, solved(assignment), files)


def publish(assignment: Assignment) -> Path:
    """Replace the published release by the built one.

    Raises:
        StorageError: if the folder cannot be replaced; the old release then still stands.
    """
    built = in_build(assignment).release.parent
    target = assignment.release.parent
    retired = built.with_name(f"{assignment.name}.old")
    try:
        target.parent.mkdir(exist_ok=True)
        shutil.rmtree(retired, ignore_errors=True)
        if target.exists():
            target.rename(retired)
        built.rename(target)
    except OSError as error:
        raise StorageError(f"{target} cannot be replaced: {error.strerror}") from error
    finally:  # also when it is interrupted
        if retired.exists() and not target.exists():
            retired.rename(target)
    shutil.rmtree(retired, ignore_errors=True)
    return target


def _leaks(assignment: Assignment) -> Iterator[str]:
    secret = solution_lines(assignment)
    for number, cell in enumerate(read_trusted(assignment.release)["cells"]):
        text = text_of(cell)
        for delimiter in assignment.settings.delimiters.found_in(text):
            yield f"cell {number} of the release still says {delimiter!r}"
        shown = secret & {line.strip() for line in text.splitlines()}
        for line in sorted(shown):
            yield f"cell {number} of the release shows a line of a solution: {line}"
        if cell.get("outputs"):
            yield f"cell {number} of the release has outputs"


def _unfair_scores(assignment: Assignment, sandbox: Sandbox) -> Iterator[str]:
    blank, reference = read_trusted(assignment.release), solved(assignment)
    worth = {task.name: task.points for task in assignment.tested}
    files = files_in(assignment.solutions, assignment)
    cases = [
        ("the untouched release", blank, {}, dict.fromkeys(worth, 0.0)),
        ("the reference", reference, files, worth),
    ]
    for task in assignment.tested:
        if task.answer is None:  # nobody can say which cell would solve it
            continue
        alone, solved_tasks = blank, _solved_with(assignment, task)
        for name in solved_tasks:
            alone = with_answer(alone, name, answer(reference, name))
        own = {name: content for name, content in files.items() if name in task.files}
        due = {name: points if name in solved_tasks else 0.0 for name, points in worth.items()}
        cases.append((f"{task.name} solved alone", alone, own, due))
    for name, notebook, handed_in, due in cases:
        result = grade_specimen(assignment, notebook, name, sandbox, handed_in)
        for task_result in result.tasks:
            if task_result.name in due and task_result.score != due[task_result.name]:
                earned = "no score" if task_result.score is None else f"{task_result.score:g}"
                yield (
                    f"{name} earns {earned} in {task_result.name}, "
                    f"where {due[task_result.name]:g} is due{_why(task_result)}"
                )


def _solved_with(assignment: Assignment, task: Task) -> list[str]:
    """The tasks that are solved with it: those that it needs, and those of the same solution."""
    needed = (*task.needs, task.name)
    answers = {one.answer for one in assignment.tested if one.name in needed} - {None}
    return [one.name for one in assignment.tested if one.answer in answers]


def _why(task: TaskResult) -> str:
    """What the checks said that were not passed, if any."""
    said = [
        f"{check.name}: {check.fault or check.message or check.outcome}"
        for check in task.checks
        if check.outcome is not Outcome.PASSED
    ]
    return f" ({'; '.join(said)})" if said else ""
