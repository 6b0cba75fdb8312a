"""Trusted side. The gate that a student release must pass, and the reference to hand out later."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from autograder.authoring.specimen import (
    answer,
    files_in,
    grade_specimen,
    solution_lines,
    solved,
    with_answer,
)
from autograder.course.layout import Assignment
from autograder.course.notebooks import read_trusted, text_of
from autograder.course.storage import write_atomically
from autograder.errors import CourseError, StorageError
from autograder.sandbox import Sandbox

BUILD = Path(".autograder", "build")
_CELL_WAIT_S = 600


def in_build(assignment: Assignment) -> Assignment:
    """The assignment with the release that is being built instead of the published one."""
    return replace(assignment, release_folder=str(BUILD))


def gate(assignment: Assignment, sandbox: Sandbox) -> list[str]:
    """What keeps the release from being handed out; an empty list is a pass.

    Blank earns 0, the reference earns everything, each task solved alone exactly its own points,
    and nothing of a solution or an output is left. Without tasks there is nothing to score.
    """
    unfair = _unfair_scores(assignment, sandbox) if assignment.tasks else ()
    return [*_leaks(assignment), *unfair]


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
        if retired.exists() and not target.exists():
            retired.rename(target)
        raise StorageError(f"{target} cannot be replaced: {error.strerror}") from error
    shutil.rmtree(retired, ignore_errors=True)
    return target


def write_reference(assignment: Assignment) -> Path:
    """Run the solved notebook in a plain kernel; keep it with its outputs and its files.

    Raises:
        CourseError: if a cell of it raises, or a file that students hand in is not made.
    """
    notebook = nbformat.from_dict(solved(assignment))  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory() as folder:
        for path in assignment.source.parent.iterdir():  # what students get beside the notebook
            if path.is_file() and path != assignment.source:
                shutil.copy(path, folder)
        run_notebook(notebook, Path(folder), f"the reference of {assignment.name}")
        files = files_in(Path(folder), assignment)
    _drop_scripts(notebook)
    for name in assignment.files:
        if name not in files:
            raise CourseError(f"the reference of {assignment.name} does not write {name}")
        write_atomically(assignment.solutions / name, files[name])
    write_atomically(assignment.reference, _as_text(notebook))
    return assignment.reference


def _drop_scripts(notebook: nbformat.NotebookNode) -> None:
    """A quiz is nothing without its script, which runs only where the cell is run anew."""
    for cell in notebook.cells:
        shown = cell.get("outputs", [])
        if any("application/javascript" in output.get("data", {}) for output in shown):
            cell.outputs = []


def run_notebook(notebook: nbformat.NotebookNode, folder: Path, what: str) -> None:
    """Run a notebook of our own in a plain kernel that works in `folder`.

    Raises:
        CourseError: if a cell raises; it says `what` does not run.
    """
    client = NotebookClient(
        notebook,
        timeout=_CELL_WAIT_S,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        # The kernel warns of its unencrypted loopback socket, which is ours and lives seconds.
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    try:
        client.execute(stderr=subprocess.DEVNULL)  # TensorFlow's own lines, before it can be told
    except CellExecutionError as error:
        raise CourseError(f"{what} does not run: {error}") from None


def _as_text(notebook: nbformat.NotebookNode) -> str:
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return text + "\n"


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
    worth = {task.name: task.points for task in assignment.tasks}
    files = files_in(assignment.solutions, assignment)
    cases = [
        ("the untouched release", blank, {}, dict.fromkeys(worth, 0.0)),
        ("the reference", reference, files, worth),
    ]
    for task in assignment.tasks:
        alone, solved_tasks = blank, (*task.needs, task.name)
        for name in solved_tasks:
            alone = with_answer(alone, name, answer(reference, name))
        own = {name: content for name, content in files.items() if name in task.files}
        due = {name: points if name in solved_tasks else 0.0 for name, points in worth.items()}
        cases.append((f"{task.name} solved alone", alone, own, due))
    for name, notebook, handed_in, due in cases:
        result = grade_specimen(assignment, notebook, name, sandbox, handed_in)
        for task_result in result.tasks:
            if task_result.score != due[task_result.name]:
                yield (
                    f"{name} earns {task_result.score} in {task_result.name}, "
                    f"where {due[task_result.name]:g} is due"
                )
