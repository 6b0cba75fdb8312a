"""Trusted side. Which file of a submission's folder is the notebook that was asked for.

Browsers and people rename files, `X (1).ipynb`, `X-Copy1.ipynb`, and put them one folder deeper.
Where there is one candidate it is taken; where there are several, a person decides.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from os.path import lexists
from pathlib import Path

from autograder.config import NotebookLimits
from autograder.course.layout import Assignment
from autograder.course.notebooks import (
    Cell,
    grade_id_of,
    is_solution,
    marks_of,
    read_trusted,
    text_of,
)
from autograder.errors import AutograderError, NotebookError
from autograder.submission.ordinary import read_ordinary

_MOST = 50  # notebooks in a folder that are looked at
_DEPTH = 3  # folders below the one that was asked for
_MOST_NAMED = 200  # characters
_NEVER = (".", "__MACOSX")  # what programs leave behind
_PACKED = (".zip", ".tar", ".gz", ".rar", ".7z")  # who knows what is in there
Read = Callable[[Path], list[Cell]]


def find_notebook(
    asked: Path, released: Sequence[Cell], read: Read, siblings: Collection[str] = ()
) -> tuple[Path, list[str]]:
    """The file that was meant by `asked`, and in words what is to be known of others.

    `siblings` are the files of the assignment's other notebooks, which are not meant.

    Raises:
        NotebookError: if it cannot be told; it names the candidates.
    """
    others = _others(asked, siblings)
    names = _named(others, asked)
    if asked.is_symlink() or asked.exists():
        more = _with_more_answers(others, asked, released, read) if others else []
        if more:
            raise NotebookError(
                f"{asked.name} lacks answers that are in {_named(more, asked)}; which file counts? "
                "Leave one notebook in the folder"
            )
        return asked, [f"not read, since {asked.name} is there: {names}"] if others else []
    if not others:
        there = ", ".join(repr(entry.name) for entry in _entries(asked.parent)) or "nothing"
        raise NotebookError(
            f"there is no {asked.name} in what was handed in, but {there[:_MOST_NAMED]}; "
            "ask for the notebook"
        )
    meant = others if len(others) == 1 else _of_this(others, released, read) or others
    if not _equal(meant):
        raise NotebookError(
            f"there is no {asked.name}, and it could be any of {_named(meant, asked)}; leave one "
            "in the folder"
        )
    rest = [path for path in others if path not in meant]
    notes = [f"taken for {asked.name}: {_named(meant, asked)}"]
    return meant[0], [*notes, f"not read: {_named(rest, asked)}"] if rest else notes


def is_absent(asked: Path, siblings: Collection[str]) -> bool:
    """Whether nothing was handed in that could be this one of several notebooks."""
    if lexists(asked) or _others(asked, siblings):
        return False
    names = [entry.name.lower() for entry in _entries(asked.parent)]
    longer = f"{asked.name.lower()}."  # as in p1.ipynb.txt
    return not any(name.startswith(longer) or name.endswith(_PACKED) for name in names)


def refuse_another(assignment: Assignment, cells: Sequence[Cell], released: Sequence[Cell]) -> None:
    """Name the assignment whose notebook it is, if it is not this one's.

    Raises:
        NotebookError: if more of its cells are another assignment's than this one's.
    """
    if _answers(released) <= _names(cells).keys():
        return
    found, own = _signs(cells), _signs(released)
    more = {
        name: len(found & (other - own)) - len(found & (own - other))
        for name, other in _releases_beside(assignment)
    }
    likest = max(more, key=more.__getitem__, default="")
    if likest and more[likest] > 0:
        raise NotebookError(
            f"this is the notebook of {likest!r}, handed in for {assignment.name!r}; ask for the "
            "right one"
        )


def _others(asked: Path, siblings: Collection[str]) -> list[Path]:
    found = _candidates(asked.parent)
    return [path for path in found if path != asked and path.name not in siblings]


def _equal(paths: Sequence[Path]) -> bool:
    """Whether all of them hold the same bytes, as far as anybody would read them."""
    try:
        contents = {read_ordinary(path, NotebookLimits().file_bytes) for path in paths}
    except OSError:
        return False
    return len(contents) == 1


def _candidates(folder: Path) -> list[Path]:
    """Notebooks in a folder and up to `_DEPTH` below, the nearest first; links are not followed."""
    found: list[Path] = []
    level = [folder]
    for _ in range(_DEPTH):
        entries = [entry for place in level for entry in _entries(place)]
        found += [e for e in entries if e.suffix.lower() == ".ipynb" and e.is_file()]
        level = [entry for entry in entries if entry.is_dir()]
    return found[:_MOST]


def _entries(folder: Path) -> Iterator[Path]:
    try:
        listed = sorted(folder.iterdir())
    except OSError:
        return
    for entry in listed[: 10 * _MOST]:
        if not entry.name.startswith(_NEVER) and not entry.is_symlink():
            yield entry


def _named(paths: Sequence[Path], asked: Path) -> str:
    return ", ".join(repr(str(path.relative_to(asked.parent))) for path in paths)


def _of_this(paths: Sequence[Path], released: Sequence[Cell], read: Read) -> list[Path]:
    """Those that are this assignment's, by marks or most texts; perhaps also what is unreadable."""
    found, own = [], _signs(released)
    for path in paths:
        try:
            cells = read(path)
        except NotebookError:
            found.append(path)
            continue
        most = len(_signs(cells) & own) > len(own) / 2
        if _names(cells).keys() & _answers(released) or most:
            found.append(path)
    return found


def _with_more_answers(
    paths: Sequence[Path], asked: Path, released: Sequence[Cell], read: Read
) -> list[Path]:
    """Those in which something stands where nothing does in `asked`."""
    own = _worked_on(asked, released, read)
    if own == _answers(released):
        return []
    return [path for path in paths if _worked_on(path, released, read) - own]


def _worked_on(path: Path, released: Sequence[Cell], read: Read) -> set[str]:
    """The answers in which something stands; in what cannot be read, none."""
    blank = {name: text_of(cell).strip() for name, cell in _names(released).items()}
    try:
        cells = read(path)
    except NotebookError:
        return set()
    handed_in = {name: text_of(cell).strip() for name, cell in _names(cells).items()}
    answers = _answers(released)
    if handed_in.keys() & answers or handed_in.keys() - blank.keys():  # or another assignment's
        return {name for name in answers if handed_in.get(name, blank[name]) != blank[name]}
    return answers if cells else set()  # it lost its marks: which are answered is not known yet


def _answers(released: Sequence[Cell]) -> set[str]:
    return {name for name, cell in _names(released).items() if is_solution(cell)}


def _signs(cells: Sequence[Cell]) -> frozenset[str]:
    """By what a notebook is recognised: the marks and the texts of its cells."""
    texts = {text_of(cell).strip() for cell in cells} - {""}
    return frozenset(texts | _names(cells).keys())


def _names(cells: Sequence[Cell]) -> dict[str, Cell]:
    return {str(grade_id_of(cell)): cell for cell in cells if "grade_id" in marks_of(cell)}


def _releases_beside(assignment: Assignment) -> Iterator[tuple[str, frozenset[str]]]:
    """The other assignments of the course with the signs of their notebooks."""
    folders = assignment.settings.folders
    for name in folders.found(assignment.root, assignment.built_in or folders.release):
        if name == assignment.name:
            continue
        for path in sorted(replace(assignment, name=name).release_folder.glob("*.ipynb")):
            try:
                yield name, _released_signs(path, path.stat().st_mtime_ns)
            except (OSError, AutograderError):
                continue


@lru_cache(maxsize=64)
def _released_signs(path: Path, _changed_ns: int) -> frozenset[str]:
    return _signs(read_trusted(path)["cells"])
