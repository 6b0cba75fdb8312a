"""Trusted side. An assignment as the gradebook knows it: what students' cells are put back to.

Without hidden checks, the tests in an assignment's cells judge it. nbgrader recorded these cells
when it built the release: tests that it made itself, hidden ones, headers, all as they are run.
So they are read there, and not from the source, which may have changed and is not yet built.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry, Notebook, SourceCell
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import make_url

from autograder.course.kernels import refuse_other_kernels
from autograder.course.layout import Assignment, Course, tasks_in
from autograder.course.notebooks import Cell, grade_id_of, read_trusted
from autograder.course.packages import refuse_missing
from autograder.course.settings import FOLDERS, Folders, read_config, settings_from
from autograder.errors import CourseError
from autograder.gradebook.database import reach

SCHEMA_VERSION = 3  # of nbgrader's marks


def recorded(course: Course, name: str) -> Assignment:
    """An assignment without hidden checks, as the gradebook of the course knows it.

    Raises:
        CourseError: if there is no such assignment, or the gradebook does not know it.
        GradebookUnavailable: if the gradebook does not answer.
    """
    coursedir = CourseDirectory(config=read_config(course.root))
    reach(coursedir.db_url)
    return _recorded(course, name, coursedir)


def to_grade_by(converter: BaseConverter, name: str) -> Assignment:
    """The assignment as a running converter grades it, with what its command line says.

    Raises:
        CourseError: as above.
    """
    coursedir = converter.coursedir  # its traits are right, its configuration is not yet whole
    root = Path(coursedir.root)
    settings = settings_from(converter.config, root)
    refuse_missing(settings.packages)
    folders = Folders(**{ours: getattr(coursedir, trait) for ours, trait in FOLDERS.items()})
    course = Course(root=root, chosen=replace(settings, folders=folders))
    if course.is_sealed(name):
        return course.assignment(name)
    return _recorded(course, name, coursedir)


def _recorded(course: Course, name: str, coursedir: CourseDirectory) -> Assignment:
    if _is_there(coursedir.db_url):
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            try:
                notebooks = gradebook.find_assignment(name).notebooks
            except MissingEntry:
                notebooks = []
            parts = [_part(course, name, row) for row in sorted(notebooks, key=lambda r: r.name)]
        if parts:
            found = Assignment.joined(parts)
            course.refuse_silent_switch(found)
            return found
    assignment = course.assignment(name)
    if assignment.tasks:
        raise CourseError(
            f"the gradebook does not know {name} yet; run 'autograder release {name}' or "
            f"'nbgrader generate_assignment {name}'"
        )
    return assignment


def _is_there(db_url: str) -> bool:
    """Whether a gradebook is there; opening one of SQLite would make it."""
    url = make_url(db_url)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()


def _part(course: Course, name: str, row: Notebook) -> Assignment:
    blank = Assignment(
        name=name, root=course.root, tasks=(), settings=course.settings, notebook=row.name
    )
    released = read_trusted(blank.release) if blank.release.is_file() else {}
    known = {"kernelspec": json.loads(row.kernelspec or "{}")}
    refuse_other_kernels({**released.get("metadata", {}), **known}, f"{name}/{blank.file}")
    cells = tuple(_originals(row, released.get("cells", [])))
    return replace(blank, tasks=tuple(tasks_in(cells, blank.release)), originals=cells)


def _originals(row: Notebook, released: list[Cell]) -> Iterator[Cell]:
    """The release's cells in their order, those that the gradebook knows as it knows them."""
    points = {cell.name: cell.max_score for cell in (*row.grade_cells, *row.task_cells)}
    graded = {cell.name for cell in row.grade_cells}
    tasks = {cell.name for cell in row.task_cells}
    solutions = {cell.name for cell in row.solution_cells}

    def marks(cell: SourceCell) -> dict[str, Any]:
        found = {
            "grade": cell.name in graded,
            "grade_id": cell.name,
            "locked": cell.locked,
            "schema_version": SCHEMA_VERSION,
            "solution": cell.name in solutions,
            "task": cell.name in tasks,
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
        }
        return found | ({"points": points[cell.name]} if cell.name in points else {})

    known = {
        cell.name: {
            "cell_type": cell.cell_type,
            "metadata": {"nbgrader": marks(cell)},
            "source": cell.source,
        }
        for cell in row.source_cells
    }
    for cell in released:
        found = known.pop(grade_id_of(cell) or "", None)
        if found is None:
            plain = {k: v for k, v in cell["metadata"].items() if k != "nbgrader"}
            yield {**cell, "metadata": plain}
        else:
            yield {**cell, **found, "metadata": {**cell["metadata"], **found["metadata"]}}
    yield from known.values()
