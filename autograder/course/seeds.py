"""Trusted side. A course's secret seeds: numbers in files that only their maker can read."""

import secrets
from pathlib import Path

from autograder.course.storage import replace_private, write_private_once
from autograder.errors import DataError

_BITS = 128


def read_or_draw(path: Path, renewing: str) -> int:
    """The seed in a file, drawn when it is first asked for; `renewing` is the command that renews.

    Raises:
        DataError: if it cannot be read.
    """
    try:
        if not path.exists():
            write_private_once(path, _drawn())
        return int(path.read_text(), 16)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path} cannot be read ({error}); use a copy of it, or draw a new one with "
            f"'{renewing}': everything is then graded again"
        ) from None


def renew(path: Path) -> None:
    """Draw another seed to replace the one that is there."""
    replace_private(path, _drawn())


def _drawn() -> str:
    return f"{secrets.randbits(_BITS):0{_BITS // 4}x}\n"
