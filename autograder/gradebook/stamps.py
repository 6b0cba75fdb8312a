"""Trusted side. What nbgrader writes beside a submission: when it was made, and a secret.

Whoever submits owns both files until they are collected. nbgrader reads them whole, its reader of
dates needs a time that grows with the square of their length and opens files that a time zone is
named after, and what it can make nothing of ends its work for the whole class. So they are bounded
here, and what nbgrader cannot have written counts as not there.
"""

import os
import re
from datetime import datetime
from pathlib import Path

from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import parse_utc

from autograder.submission.ordinary import read_ordinary

TIMESTAMP, SECRET = STAMPS = ("timestamp.txt", "submission_secret.txt")
_MOST_BYTES = 256
# An instructor may set another form of date; none has the form of a path from the root or upwards.
_DATE = re.compile(r"(?:[\w:.,+ -]|(?<=\w)/(?=\w)){1,100}", re.ASCII)
_TOKEN = re.compile(r"[\w-]+", re.ASCII)


def moment(text: str) -> datetime | None:
    """When that is in UTC, as nbgrader reads it; None if nbgrader did not write it."""
    if not _DATE.fullmatch(text.strip()):
        return None
    try:
        found: datetime = parse_utc(text.strip())
    except Exception:  # dateutil raises more kinds than it says
        return None
    # At the ends of the calendar no time zone can be added.
    return found if datetime.min.year < found.year < datetime.max.year else None


def is_stamp(name: str, content: bytes | None) -> bool:
    """Whether nbgrader may have written this into a file of `STAMPS`; None is too much to read."""
    if content is None or len(content) > _MOST_BYTES:
        return False
    text = content.decode("utf-8", "replace")
    return bool(_TOKEN.fullmatch(text)) if name == SECRET else moment(text) is not None


def stamp(folder: Path, name: str) -> str | None:
    """What stands in a file of `STAMPS`; None if it is not there or nbgrader did not write it."""
    try:
        content = read_ordinary(folder / name, _MOST_BYTES)
    except OSError:
        return None
    return content.decode() if content is not None and is_stamp(name, content) else None


def forged_in(folder: Path) -> list[str]:
    """The files of `STAMPS` that are there and that nbgrader did not write."""
    there = [name for name in STAMPS if os.path.lexists(folder / name)]
    return [name for name in there if stamp(folder, name) is None]


def submitted_at(folder: Path) -> datetime | None:
    """When a submission was made, if nbgrader noted it."""
    text = stamp(folder, TIMESTAMP)
    return None if text is None else moment(text)


def guard_nbgrader() -> None:
    """Let nbgrader read dates as we do, which it has no setting for: all that it does asks these.

    Autograde, the generators and collect ask the first, formgrader's lists the second.
    """

    def existing(self: CourseDirectory, dest_path: str) -> datetime | None:
        if TIMESTAMP in forged_in(Path(dest_path)):
            self.log.warning("nbgrader did not write %s in %s; not read", TIMESTAMP, dest_path)
        return submitted_at(Path(dest_path))

    def submitted(self: NbGraderAPI, assignment_id: str, student_id: str) -> datetime | None:
        kind = self.coursedir.submitted_directory
        folder = self.coursedir.format_path(kind, student_id, assignment_id)
        return submitted_at(Path(folder))

    CourseDirectory.get_existing_timestamp = existing
    NbGraderAPI.get_submitted_timestamp = submitted
