"""Trusted side. What is replaced in nbgrader itself where it runs, since no setting can do it."""

import os
import shutil
import sysconfig
from datetime import datetime
from pathlib import Path

from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.gradebook.stamps import TIMESTAMP, forged_in, submitted_at


def guard_nbgrader() -> None:
    """Let nbgrader find its own tools, and read dates as we do. It may be called again.

    Autograde, the generators and collect ask the first of the methods, formgrader's lists the
    second.
    """
    _find_alembic()
    CourseDirectory.get_existing_timestamp = _existing_timestamp
    NbGraderAPI.get_submitted_timestamp = _submitted_timestamp


def _find_alembic() -> None:
    """nbgrader makes a new gradebook by running `alembic`, which it looks for on the PATH only."""
    if shutil.which("alembic") is None:
        path = os.environ.get("PATH", os.defpath)
        os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), path])


def _existing_timestamp(self: CourseDirectory, dest_path: str) -> datetime | None:
    if TIMESTAMP in forged_in(Path(dest_path)):
        self.log.warning("nbgrader did not write %s in %s; not read", TIMESTAMP, dest_path)
    return submitted_at(Path(dest_path))


def _submitted_timestamp(self: NbGraderAPI, assignment_id: str, student_id: str) -> datetime | None:
    kind = self.coursedir.submitted_directory
    folder = self.coursedir.format_path(kind, student_id, assignment_id)
    return submitted_at(Path(folder))
