"""Trusted side. What is carried along beside a student's notebook, into autograded/ and feedback/.

nbgrader copies every file and follows links, whatever they lead to, and `nbgrader release_feedback`
hands every page of a feedback folder to the student. So ordinary files alone are carried, no pages,
and none that would fill the disk.
"""

from collections.abc import Iterable
from pathlib import Path

from autograder.config import FILE_BYTES
from autograder.gradebook.stamps import STAMPS, forged_in
from autograder.submission.beside import inside, is_ordinary
from autograder.wire import printable

_TOTAL_BYTES, _MOST_FILES, _NAMED = 4 * FILE_BYTES, 1_000, 5


def handed_in_beside(folder: Path, ignore: Iterable[str]) -> tuple[dict[str, Path], list[str]]:
    """The files to carry, by name within `folder`, and in words which ones are left out."""
    notebooks = "*.ipynb"
    if _is_linked(folder):
        return {}, []
    found = {str(path.relative_to(folder)): path for path in inside(folder, [*ignore, notebooks])}
    sizes = {name: path.lstat().st_size for name, path in found.items()}
    kept: dict[str, Path] = {}
    total = 0
    forged = forged_in(folder)
    # Releasing feedback needs the two that nbgrader writes, so they come first.
    for name in sorted(found, key=lambda name: (name not in STAMPS, sizes[name], name)):
        fits = sizes[name] <= FILE_BYTES and total + sizes[name] <= _TOTAL_BYTES
        page = name.lower().endswith((".html", ".htm"))
        inert = not page and name not in forged
        if fits and inert and len(kept) < _MOST_FILES and is_ordinary(found[name]):
            kept[name] = found[name]
            total += sizes[name]
    return kept, _said(sorted(found.keys() - kept.keys()))


def unusual_in(folder: Path, ignore: Iterable[str]) -> Path | None:
    """What nbgrader would follow, wait for or read without end in a student's folder, if anything.

    The folder itself, or the student's, may be a link as well.
    """
    if _is_linked(folder):
        return folder
    return next((path for path in inside(folder, ignore) if not is_ordinary(path)), None)


def _is_linked(folder: Path) -> bool:
    return folder.is_symlink() or folder.parent.is_symlink()


def _said(left_out: list[str]) -> list[str]:
    if not left_out:
        return []
    names = ", ".join(printable(name[:80]) for name in left_out[:_NAMED])
    more = f" and {len(left_out) - _NAMED} more" if len(left_out) > _NAMED else ""
    return [f"not kept, because it is a page, a link, too large or not nbgrader's: {names}{more}"]
