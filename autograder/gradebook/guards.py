"""Trusted side. What is replaced in nbgrader itself where it runs, since no setting can do it."""

import os
import shutil
import sysconfig
from datetime import datetime
from glob import glob
from pathlib import Path

from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import CsvExportPlugin

from autograder.gradebook.export import export_as_nbgrader
from autograder.gradebook.formgrader import agree_with_export
from autograder.gradebook.stamps import TIMESTAMP, forged_in, submitted_at

_init_notebooks_of_nbgrader = Autograde.init_notebooks


def guard_nbgrader() -> None:
    """Let nbgrader find its own tools, and read dates and write scores as we do.

    It may be called again. Autograde, the generators and collect ask the first of the methods,
    formgrader's lists the second, `nbgrader export` the third. Autograde also goes through the
    folders in which no notebook lies where it would look.
    """
    _find_alembic()
    Autograde.init_notebooks = _init_notebooks
    CourseDirectory.get_existing_timestamp = _existing_timestamp
    NbGraderAPI.get_submitted_timestamp = _submitted_timestamp
    CsvExportPlugin.export = export_as_nbgrader
    agree_with_export()


def _find_alembic() -> None:
    """nbgrader makes a new gradebook by running `alembic`, which it looks for on the PATH only."""
    if shutil.which("alembic") is None:
        path = os.environ.get("PATH", os.defpath)
        os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), path])


def _init_notebooks(self: Autograde) -> None:
    """nbgrader's own, but a folder with no notebook at its top is not left out without a word.

    Which file in it is meant, if any, is asked when it is read. Empty ones of a class are left out.
    """
    asked = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
    every = self.coursedir.notebook_id == "*"
    folders = list(filter(os.path.isdir, glob(asked))) if every else []  # noqa: PTH207 - as it does
    try:
        _init_notebooks_of_nbgrader(self)
    except NbGraderException:
        if not folders:
            raise
    for folder in folders:
        if self.coursedir.student_id == "*" and not any(Path(folder).iterdir()):
            continue
        self.assignments.setdefault(folder, [])


def _existing_timestamp(self: CourseDirectory, dest_path: str) -> datetime | None:
    if TIMESTAMP in forged_in(Path(dest_path)):
        self.log.warning("nbgrader did not write %s in %s; not read", TIMESTAMP, dest_path)
    return submitted_at(Path(dest_path))


def _submitted_timestamp(self: NbGraderAPI, assignment_id: str, student_id: str) -> datetime | None:
    kind = self.coursedir.submitted_directory
    folder = self.coursedir.format_path(kind, student_id, assignment_id)
    return submitted_at(Path(folder))
