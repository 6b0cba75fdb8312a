"""Trusted side. What nbgrader writes beside a submission: when it was made, and a secret.

The student owns both files until they are collected. nbgrader reads them whole. Its reader of dates
needs time that grows with the square of their length, and opens files that the name of a time zone
leads to. What it does not understand ends its work for the whole class. So the files are read to a
limit here, and what nbgrader cannot have written is treated as missing.
"""

import os
import re
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from autograder.submission.ordinary import read_ordinary

TIMESTAMP, SECRET = STAMPS = ("timestamp.txt", "submission_secret.txt")
_MOST_BYTES = 256
# An instructor may set another form of date; none looks like a path that is absolute or leads up.
_DATE = re.compile(r"(?:[\w:.,+ -]|(?<=\w)/(?=\w)){1,100}", re.ASCII)
_TOKEN = re.compile(r"[\w-]+", re.ASCII)


def moment(text: str) -> datetime | None:
    """When that is in UTC, as nbgrader reads it; None if nbgrader did not write it."""
    if not _DATE.fullmatch(text.strip()):
        return None
    try:
        found: datetime = parse_utc(text.strip())
    except Exception:  # noqa: BLE001 - dateutil raises more kinds than it says
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
