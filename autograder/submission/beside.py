"""Trusted side. The files beside a notebook, as they lie in the student's folder.

What was released with it is the instructor's, as nbgrader copies it, and wins over what came back,
unless the course says that students change it (nbgrader's `exclude_overwriting`).
Of what was handed in only ordinary files count, and no more of them than a box has room for.
"""

import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from os import walk
from pathlib import Path

from autograder.config import FILE_BYTES
from autograder.course.layout import Assignment
from autograder.errors import CourseError
from autograder.submission.ordinary import read_ordinary
from autograder.wire import printable

_TOTAL_BYTES = FILE_BYTES  # half of a box's /tmp
_MOST_ENTRIES = 1_000  # files and folders; half of those that a box may have
_MAX_NAME = 240  # characters
_NOTEBOOKS = "*.ipynb"
_STAMPS = ("timestamp.txt", "submission_secret.txt")  # nbgrader's, about the hand-in
_NAMED = 5


def files_beside(path: Path, assignment: Assignment) -> tuple[Mapping[str, bytes], list[str]]:
    """What lies beside a notebook, by name within its folder, and in words what is left out.

    Of a notebook that lies anywhere else than among the submissions, what is beside it is not its
    author's, and stays out.

    Raises:
        CourseError: if what was released does not fit into a box.
    """
    room, own = _Room(), assignment.settings.own_files
    for name, file in released_files(assignment):
        if (assignment.name, name) not in own and not room.take(name, file):
            raise CourseError(
                f"{file} does not fit into the boxes of the grader, which have room for "
                f"{_TOTAL_BYTES >> 20} MB and {_MOST_ENTRIES} files and folders beside a notebook"
            )
    left_out: list[str] = []
    folders = assignment.settings.folders
    if folders.common(assignment.root, folders.submitted) in path.parents:
        patterns = (*assignment.settings.ignore, _NOTEBOOKS, *_STAMPS)
        links = [p for p in inside(path.parent, patterns) if not is_ordinary(p)]
        left_out = [str(p.relative_to(path.parent)) for p in links]
        for name, file in _ordinary_in(path.parent, assignment):
            if name not in room.files and name not in _STAMPS and not room.take(name, file):
                left_out.append(name)
    return room.files, _said(sorted(left_out))


def released_files(assignment: Assignment) -> list[tuple[str, Path]]:
    """What students get beside the notebook, by name within its folder; the small ones first.

    A link of the instructor's is what it leads to, as nbgrader copies it.
    """
    folder, patterns = assignment.source_folder, (*assignment.settings.ignore, _NOTEBOOKS)
    found = []
    for path in inside(folder, patterns):
        name, file = path.relative_to(folder), path.resolve()
        deeper = inside(file, patterns) if file.is_dir() else []
        found += [(file, name), *((one, name / one.relative_to(file)) for one in deeper)]
    files = [(file.stat().st_size, str(name), file) for file, name in found if file.is_file()]
    return [(name, file) for _, name, file in sorted(files)]


def inside(folder: Path, ignore: Iterable[str]) -> Iterator[Path]:
    """All that is not a folder, without what is ignored; a link to a folder is not a folder."""
    patterns = list(ignore)

    def wanted(name: str) -> bool:
        return not any(fnmatch(name, pattern) for pattern in patterns)

    for path, folders, files in walk(folder):
        here = Path(path)
        links = [name for name in folders if (here / name).is_symlink()]
        folders[:] = [name for name in folders if wanted(name)]
        yield from (here / name for name in [*files, *links] if wanted(name))


def is_ordinary(path: Path) -> bool:
    """Whether it is a file, and neither a link, a pipe nor a device."""
    return stat.S_ISREG(path.lstat().st_mode)


class _Room:
    """The files of a box, as long as they fit."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._entries: set[Path] = set()
        self._bytes = 0

    def take(self, name: str, file: Path) -> bool:
        path = Path(name)
        entries = self._entries | {path, *path.parents}
        if len(name) > _MAX_NAME or printable(name) != name or len(entries) > _MOST_ENTRIES:
            return False
        if path in self._entries or any(str(parent) in self.files for parent in path.parents):
            return False  # a file where a folder was released, or the other way round
        try:
            content = read_ordinary(file, _TOTAL_BYTES - self._bytes)
        except OSError:
            return False
        if content is None:
            return False
        self.files[name] = content
        self._entries, self._bytes = entries, self._bytes + len(content)
        return True


def _ordinary_in(folder: Path, assignment: Assignment) -> list[tuple[str, Path]]:
    """The small ones first, so that as many as possible fit."""
    found = [
        (path.lstat().st_size, str(path.relative_to(folder)), path)
        for path in inside(folder, (*assignment.settings.ignore, _NOTEBOOKS))
        if is_ordinary(path)
    ]
    return [(name, path) for _, name, path in sorted(found)]


def _said(left_out: Sequence[str]) -> list[str]:
    if not left_out:
        return []
    names = ", ".join(printable(name[:80]) for name in left_out[:_NAMED])
    more = f" and {len(left_out) - _NAMED} more" if len(left_out) > _NAMED else ""
    return [f"not there for the grader, because it is a link or does not fit: {names}{more}"]
