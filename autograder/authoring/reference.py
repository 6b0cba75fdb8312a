"""Trusted side. Runs the solved notebook in a plain kernel, to be handed out after the deadline."""

import asyncio
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from autograder.authoring.specimen import files_in, solved
from autograder.authoring.verdicts import SHORT, VerdictBook, digest, digests, locked
from autograder.course.layout import Assignment
from autograder.course.storage import write_atomically
from autograder.errors import CourseError
from autograder.grading.fingerprint import hashed
from autograder.submission.beside import released_files

RUN = "reference.ipynb"  # its line in the verdict book
_CELL_WAIT_S = 600
_STOPPING = (signal.SIGINT, signal.SIGTERM)


def write_reference(assignment: Assignment, *, again: bool = False) -> Path:
    """Run the solved notebook in a plain kernel; keep it with its outputs and its files.

    If nothing has changed it is not run, unless `again` is asked for.

    Raises:
        CourseError: if a cell raises, or a file that students hand in is not made.
    """
    if again or not is_up_to_date(assignment):
        _run_reference(assignment)
        line = {"follows_from": _follows_from(assignment), "made": _made(assignment)}
        VerdictBook(assignment).write_one(RUN, line)
    return assignment.reference


def is_up_to_date(assignment: Assignment) -> bool:
    """Whether the reference and its files were made from what is here now."""
    known = VerdictBook(assignment).still_true({RUN: _follows_from(assignment)})
    return RUN in known and known[RUN]["made"] == _made(assignment)


def _follows_from(assignment: Assignment) -> str:
    beside = {name: digest(path) for name, path in released_files(assignment)}
    parts = [solved(assignment), beside, locked(assignment.root), digest(Path(__file__))]
    return hashed(parts)[:SHORT]


def _made(assignment: Assignment) -> str:
    made = digests(assignment.solutions, [assignment.reference.name, *assignment.files])
    return hashed(made)[:SHORT]


def _run_reference(assignment: Assignment) -> None:
    notebook = nbformat.from_dict(solved(assignment))
    with tempfile.TemporaryDirectory() as folder:
        for name, path in released_files(assignment):
            Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, Path(folder, name))
        run_notebook(notebook, Path(folder), f"the reference of {assignment.name}")
        files = files_in(Path(folder), assignment)
    _drop_scripts(notebook)
    for name in assignment.files:
        if name not in files:
            raise CourseError(f"the reference of {assignment.name} does not write {name}")
        write_atomically(assignment.solutions / name, files[name])
    write_atomically(assignment.reference, _as_text(notebook))


def _drop_scripts(notebook: nbformat.NotebookNode) -> None:
    """A quiz is nothing without its script, which runs only where the cell is run again."""
    for cell in notebook.cells:
        shown = cell.get("outputs", [])
        if any("application/javascript" in output.get("data", {}) for output in shown):
            cell.outputs = []


class _Client(NotebookClient):  # type: ignore[misc]  # has no types
    """Ends at the first signal. nbclient's own handler ends the kernel, and then waits for it."""

    stopped_by: signal.Signals | None = None

    async def async_start_new_kernel(self, **kwargs: Any) -> None:
        """As nbclient has it; its handlers have just been set."""
        loop, running = asyncio.get_running_loop(), asyncio.current_task()

        def stop(number: signal.Signals) -> None:
            self.stopped_by, self.shutdown_kernel = number, "immediate"
            if running is not None:
                running.cancel()

        for number in _STOPPING:
            loop.add_signal_handler(number, stop, number)
        await super().async_start_new_kernel(**kwargs)


def run_notebook(notebook: nbformat.NotebookNode, folder: Path, what: str) -> None:
    """Run a notebook of our own in a plain kernel that works in `folder`.

    A signal that would end this process ends the kernel first.

    Raises:
        CourseError: if a cell raises, or never ends; it says `what` does not run.
    """
    client = _Client(
        notebook,
        timeout=_CELL_WAIT_S,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        # The kernel warns of its unencrypted loopback socket, which is ours and lives seconds.
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    handlers = {number: signal.getsignal(number) for number in _STOPPING}
    try:
        client.execute(stderr=subprocess.DEVNULL)  # TensorFlow's own lines, before it can be told
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise CourseError(f"{what} does not run: {error}") from None
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if client.stopped_by is not None:
            signal.raise_signal(client.stopped_by)


def _as_text(notebook: nbformat.NotebookNode) -> str:
    text: str = nbformat.writes(notebook)
    return text + "\n"
