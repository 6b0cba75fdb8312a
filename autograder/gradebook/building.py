"""Trusted side. What keeps nbgrader from building a release, said before it deletes the old one.

nbgrader removes the release's folder first and looks at the notebook afterwards. What it then
refuses would leave students without a release, and the course without anything to grade against.
"""

import logging
from collections.abc import Iterator, Sequence, Set
from copy import deepcopy
from itertools import chain
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError, ValidationError, read
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions
from sqlalchemy.exc import SQLAlchemyError

from autograder.course.layout import Course
from autograder.course.notebooks import Cell, grade_id_of, marks_of
from autograder.errors import AutograderError

_REMOVING = (ClearSolutions, ClearHiddenTests, ClearMarkScheme)
_QUIET = logging.Logger("what nbgrader logs of a cell is said once")
_KINDS = ("grade", "solution", "task")


class ReleaseExporter(NotebookExporter):
    """nbgrader's own; it is made before anything is deleted, so here its sources are looked at."""

    def __init__(self, **kw: object) -> None:
        super().__init__(**kw)
        if isinstance(self.parent, GenerateAssignment):
            problems = list(_problems(self.parent))
            for problem in problems:  # nbgrader's commands show their log, and no exception
                self.log.error("%s", problem)
            if problems:
                raise NbGraderException(problems[0])


def _problems(converter: GenerateAssignment) -> Iterator[str]:
    coursedir = converter.coursedir
    for folder, notebooks in sorted(converter.assignments.items()):
        for path in map(Path, sorted(notebooks)):
            problem = _unreadable(path) or _unclearable(converter, path)
            if problem is None and not converter.no_database:
                problem = changed_after_hand_in(coursedir, Path(folder).name, path)
            if problem is not None:
                yield problem


def _unreadable(path: Path) -> str | None:
    try:
        read(str(path), as_version=4)
    except SchemaTooOldError:
        return (
            f"{path} has the metadata of an older nbgrader; make a copy of the course, run "
            f"'nbgrader update {path.parent}' in it, and then this again"
        )
    except SchemaTooNewError:
        return f"{path} has the metadata of a newer nbgrader than this one; install that one"
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        # The last two but one are nbgrader's own, at metadata of another type than it expects.
        why = str(error).partition("\n")[0]
        return f"{path} is no notebook that nbgrader can build: {why}"
    return None


def _unclearable(converter: GenerateAssignment, path: Path) -> str | None:
    """Which cell nbgrader cannot take solutions or hidden tests out of, asked cell by cell."""
    notebook = read(str(path), as_version=4)
    removing = [kind for kind in _REMOVING if kind in converter.preprocessors]
    for number, cell in enumerate(notebook.cells, 1):
        alone = NotebookNode(cells=[cell], metadata=notebook.metadata)
        for kind in removing:
            try:
                kind(parent=converter, log=_QUIET).preprocess(deepcopy(alone), {})
            except (RuntimeError, ValueError) as error:
                return f"{path}: nbgrader cannot build cell {number}: {error}"
    return None


def changed_after_hand_in(coursedir: CourseDirectory, assignment: str, path: Path) -> str | None:
    """Which notebooks or cells nbgrader can no longer add, remove or change, since it has grades.

    Returns None where it may build; that is so as long as nobody has handed in.
    """
    now = {file.stem for file in path.parent.glob("*.ipynb")}
    try:
        found = Course(root=Path(coursedir.root)).assignment(assignment)
        sources = [part.read_source()["cells"] for part in found.parts if part.file == path.name]
    except AutograderError:
        return None  # nbgrader says what is wrong
    try:
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            row = gradebook.find_assignment(assignment)
            submissions = len(row.submissions)
            notebooks = {notebook.name: _recorded(notebook) for notebook in row.notebooks}
    except (MissingEntry, SQLAlchemyError):
        return None  # nothing is known yet, or it is away, which nbgrader finds as well
    changes = _changes(set(notebooks), now)
    if path.stem in notebooks and not changes:
        recorded, cells = notebooks[path.stem], _to_be_recorded([*chain(*sources)])
        kept = recorded.keys() & cells.keys()
        changes = _changes(recorded.keys(), cells.keys())
        changes += [f"{n!r} is of another kind" for n in sorted(kept) if recorded[n] != cells[n]]
    if not submissions or not changes:
        return None
    return (
        f"{path}: {', '.join(changes)}, but {submissions} submissions are recorded, and nbgrader "
        "can then neither add nor remove a cell or a notebook, nor make a test of an answer; undo "
        f"that, or remove the grades with 'nbgrader db assignment remove {assignment} --force' and "
        "release again"
    )


def _changes(before: Set[str], now: Set[str]) -> list[str]:
    new = [f"{name!r} is new" for name in sorted(now - before)]
    return [*new, *(f"{name!r} is gone" for name in sorted(before - now))]


def _recorded(notebook: Any) -> dict[str, set[str]]:
    """By the name of each cell, as what nbgrader has recorded it."""
    found: dict[str, set[str]] = {cell.name: set() for cell in notebook.source_cells}
    for kind in _KINDS:
        for cell in getattr(notebook, f"{kind}_cells"):
            found.setdefault(cell.name, set()).add(kind)
    return found


def _to_be_recorded(cells: Sequence[Cell]) -> dict[str, set[str]]:
    return {
        str(grade_id_of(cell)): {kind for kind in _KINDS if marks_of(cell).get(kind)}
        for cell in cells
        if any(map(marks_of(cell).get, (*_KINDS, "locked")))
    }
