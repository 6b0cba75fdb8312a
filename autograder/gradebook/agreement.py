"""Trusted side. Whether nbgrader, with a course's configuration, would write what we write."""

import json
import re
from pathlib import Path
from typing import Any

from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from traitlets.config import Config

from autograder.course.layout import Assignment
from autograder.course.notebooks import read_trusted
from autograder.course.settings import CONFIG_FILE
from autograder.errors import CourseError
from autograder.gradebook.autograded import as_notebook
from autograder.gradebook.course_config import GRADE_SEALED, settings

_RUNS = re.compile(r"\.Execute(Preprocessor)?$")
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


def refuse_other_runners(config: Config, root: Path) -> None:
    """See that with this configuration nbgrader runs no student's code itself.

    Raises:
        CourseError: if it would.
    """
    chosen = config.get("Autograde", {})
    lists = [chosen.get(f"{kind}_preprocessors") for kind in ("sanitize", "autograde")]
    names = [_name(one) for each in lists if isinstance(each, list) for one in each]
    if not any(name == GRADE_SEALED for name in names) or any(map(_RUNS.search, names)):
        raise CourseError(
            f"{root / CONFIG_FILE} does not plug the engine in, so nbgrader would run what "
            "students wrote as your own programs run; write 'from "
            "autograder.gradebook.course_config import plug_in' and 'plug_in(c, "
            "Path(__file__).resolve().parent)' at its top, and leave Execute out of own lists of "
            "preprocessors"
        )


def _name(preprocessor: object) -> str:
    if isinstance(preprocessor, type):
        return f"{preprocessor.__module__}.{preprocessor.__qualname__}"
    return str(preprocessor)


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
