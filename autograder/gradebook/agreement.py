"""Trusted side. Whether nbgrader, with a course's configuration, would write what we write."""

import json
from pathlib import Path
from typing import Any

from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from traitlets.config import Config

from autograder.course.layout import Assignment
from autograder.course.notebooks import read_trusted
from autograder.gradebook.autograded import as_notebook
from autograder.gradebook.course_config import settings

# Of these sections an instructor may set anything: what is written here does not follow from them.
_FREE = {
    "Autograder",
    "CourseDirectory",
    "GenerateAssignment",
    "IncludeHeaderFooter",
    "ClearSolutions",
    "LimitOutput",
    "Validator",
    "NbGraderAPI",
}


def configured_as_ours(config: Config, root: Path) -> bool:
    """Whether the course grades as `plug_in` has it, in all that decides what is written."""
    ours = settings(root)
    names = {name for name in {*config, *ours} - _FREE if not name.startswith("Exchange")}
    return all(config[name] == ours[name] for name in names)


def recorded_kernelspec(gradebook: Gradebook, assignment: Assignment) -> dict[str, Any] | None:
    """The recorded kernel, if what the gradebook knows of the cells is what the release says."""
    release = as_notebook(read_trusted(assignment.release))
    try:
        row = gradebook.find_notebook(assignment.name, assignment.name)
    except MissingEntry:
        return None
    recorded = {(c.name, c.cell_type, c.locked, c.checksum) for c in row.source_cells}
    recorded_points = {cell.name: cell.max_score for cell in row.grade_cells}
    marked = [cell for cell in release.cells if "nbgrader" in cell.metadata]
    released = {
        (
            cell.metadata.nbgrader["grade_id"],
            cell.cell_type,
            utils.is_locked(cell),
            cell.metadata.nbgrader.get("checksum"),
        )
        for cell in marked
    }
    points = {
        cell.metadata.nbgrader["grade_id"]: float(cell.metadata.nbgrader["points"])
        for cell in marked
        if utils.is_grade(cell)
    }
    same = recorded == released and recorded_points == points and not row.task_cells
    kernelspec: dict[str, Any] = json.loads(row.kernelspec or "{}")
    return kernelspec if same and kernelspec else None
