"""Trusted side. Calls nbgrader's own converters, with errors that say what to do."""

import logging
import re
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nbgrader.api import InvalidEntry
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import OperationalError, SAWarning, SQLAlchemyError
from tornado.log import app_log
from traitlets.config import Config

from autograder.course.layout import Assignment
from autograder.course.settings import read_config
from autograder.errors import GradebookError
from autograder.gradebook.database import explain, only_writer, passes, reach

_TRIES, _PAUSE_S = 3, 1.0
_CAUSE = re.compile(r"^[\w.]+(?:Error|Exception|Fault|Unavailable): .+$", re.MULTILINE)


def reach_gradebook(root: Path) -> None:
    """See that the gradebook which the course names can be reached.

    Raises:
        GradebookUnavailable: if it cannot.
    """
    reach(CourseDirectory(config=read_config(root)).db_url)


def gradebook_of(assignment: Assignment) -> CourseDirectory:
    """Where nbgrader keeps the course's rows."""
    return CourseDirectory(config=read_config(assignment.root))


def generate_assignment(
    assignment: Assignment, into: Path | None = None, *, record: bool = True
) -> None:
    """Build the student release, in `into` or in the course's release folder.

    With `record` the cells go into the gradebook, which autograde needs.
    """
    config = read_config(assignment.root)
    if into is not None:
        config.CourseDirectory.release_directory = str(into)
    if not record:
        config.SaveCells.enabled = False
        config.GenerateAssignment.no_database = True
    persistently(assignment, ".", lambda: _run(GenerateAssignment, assignment, ".", config))


def autograde(assignment: Assignment, student: str) -> None:
    """Write one student's rows and autograded notebook through nbgrader's own path."""
    _run(Autograde, assignment, student, read_config(assignment.root))


def generate_feedback(assignment: Assignment, student: str) -> None:
    """Write one student's feedback page."""
    _run(GenerateFeedback, assignment, student, read_config(assignment.root))


def persistently(assignment: Assignment, student: str, act: Callable[[], None]) -> None:
    """Write what belongs to one student; a locked gradebook and a lost race are tried again.

    Raises:
        GradebookError: with what to do, if it cannot be written.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            with only_writer(assignment.root, student):
                act()
            return
        except (NbGraderException, SQLAlchemyError, InvalidEntry, OSError) as error:
            text = str(error)
        if not passes(text) or attempt == _TRIES:
            who = assignment.name if student == "." else student
            raise GradebookError(f"{who}: nbgrader could not finish: {_reason(text)}")
        time.sleep(_PAUSE_S)


def _run(
    converter: type[BaseConverter], assignment: Assignment, student: str, config: Config
) -> None:
    """Run a converter for one student."""
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id, coursedir.student_id = assignment.name, student
    app = converter(coursedir=coursedir, config=config)
    app.force = True
    with quiet(app.log, app_log) as complaints:
        try:
            app.start()
        except (NbGraderException, OperationalError) as error:
            raise NbGraderException("\n".join([str(error), *complaints])) from error


def _reason(text: str) -> str:
    known = explain(text)
    if known is not None:
        return f"{known} and run this again"
    if "No space left" in text or "disk is full" in text:
        return "the disk is full; make room and run this again"
    if re.search("No assignment with ID .* exists in the database", text):
        return "the gradebook does not know the assignment yet; run 'autograder release' first"
    if "old version" in text and "nbgrader update" in text:
        return (
            "its notebook has the metadata of an older nbgrader; make a copy of the course, run "
            "'nbgrader update .' in it, and then this again"
        )
    causes = _CAUSE.findall(text)
    lines = dict.fromkeys(text.partition("\n\n")[0].splitlines())  # nbgrader may log what it raises
    return causes[-1] if causes else " ".join(" ".join(lines).split())


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def quiet(*logs: logging.Logger) -> Iterator[list[str]]:
    """Keep nbgrader's logs off the terminal, and its errors for our own message."""
    handler = _Complaints()
    before = [(log, list(log.handlers), log.propagate, log.level) for log in logs]
    for log in logs:
        log.handlers, log.propagate = [handler], False
        log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            # nbgrader's own rows are added in an order that SQLAlchemy only warns of.
            warnings.simplefilter("ignore", SAWarning)
            yield handler.lines
    finally:
        for log, handlers, propagate, level in before:
            log.handlers, log.propagate = handlers, propagate
            log.setLevel(level)
