"""Trusted side. Calls nbgrader's own converters, with errors that say what to do."""

import logging
import re
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.api import InvalidEntry
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import IntegrityError, OperationalError, SAWarning, SQLAlchemyError
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.course import Assignment
from autograder.errors import CourseError, GradebookError

_TRIES, _PAUSE_S = 3, 1.0
_CAUSE = re.compile(r"^[\w.]+(?:Error|Exception|Fault|Unavailable): .+$", re.MULTILINE)


def course_config(root: Path) -> Config:
    """The course's `nbgrader_config.py`, as nbgrader reads it.

    Raises:
        CourseError: if it cannot be run.
    """
    loader = PyFileConfigLoader("nbgrader_config.py", path=str(root))
    try:
        return loader.load_config()
    except Exception as error:  # it is Python: anything may happen
        raise CourseError(f"{root}/nbgrader_config.py does not run: {error!r}") from error


def generate_assignment(
    assignment: Assignment, into: Path | None = None, *, record: bool = True
) -> None:
    """Build the student release, in `into` or in the course's release folder.

    With `record` the cells go into the gradebook, which autograde needs.
    """
    config = course_config(assignment.root)
    if into is not None:
        config.CourseDirectory.release_directory = str(into)
    if not record:
        config.SaveCells.enabled = False
        config.GenerateAssignment.no_database = True
    persistently(assignment.name, lambda: _run(GenerateAssignment, assignment, ".", config))


def autograde(assignment: Assignment, student: str) -> None:
    """Write one student's rows and autograded notebook through nbgrader's own path."""
    _run(Autograde, assignment, student, course_config(assignment.root))


def generate_feedback(assignment: Assignment, student: str) -> None:
    """Write one student's feedback page."""
    config = course_config(assignment.root)
    config.HTMLExporter.template_name = "feedback"
    _run(GenerateFeedback, assignment, student, config)


def persistently(student: str, act: Callable[[], None]) -> None:
    """Write what belongs to one student; a locked gradebook is waited for.

    Raises:
        GradebookError: with what to do, if it cannot be written.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            act()
            return
        except (NbGraderException, SQLAlchemyError, InvalidEntry, OSError) as error:
            reason, again = _reason(str(error)), isinstance(error, IntegrityError | InvalidEntry)
            # The last two: another grader has just made the same row; next time it is there.
            if attempt == _TRIES or not (again or "locked" in reason):
                raise GradebookError(f"{student}: nbgrader could not finish: {reason}") from error
        time.sleep(_PAUSE_S)


def _run(converter: type[BaseConverter], assignment: Assignment, student: str, config: Any) -> None:
    """Run a converter for one student."""
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id, coursedir.student_id = assignment.name, student
    app = converter(coursedir=coursedir, config=config)
    app.force = True
    with _quiet(app.log) as complaints:
        try:
            app.start()
        except (NbGraderException, OperationalError) as error:
            raise NbGraderException("\n".join([str(error), *complaints])) from error


def _reason(text: str) -> str:
    if "database is locked" in text:
        return "the gradebook is locked by another program; close it and run this again"
    if "No space left" in text or "disk is full" in text:
        return "the disk is full; make room and run this again"
    if re.search("No assignment with ID .* exists in the database", text):
        return "the gradebook does not know the assignment yet; run 'autograder release' first"
    causes = _CAUSE.findall(text)
    return causes[-1] if causes else text.partition("\n")[0]


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def _quiet(log: logging.Logger) -> Iterator[list[str]]:
    """Keep nbgrader's log off the terminal, and its errors for our own message."""
    handler, propagate, level = _Complaints(), log.propagate, log.level
    others = list(log.handlers)
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            # nbgrader's own rows are added in an order that SQLAlchemy only warns of.
            warnings.simplefilter("ignore", SAWarning)
            yield handler.lines
    finally:
        log.handlers, log.propagate = others, propagate
        log.setLevel(level)
