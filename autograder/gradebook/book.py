"""Trusted side. The gradebook of one assignment, open for a whole class with one session.

It writes what nbgrader's Autograde and GenerateFeedback write with this course's configuration: the
same rows, the same autograded notebook, the same feedback page. A test compares them byte by byte.
nbgrader opens the gradebook about nine times a student and makes every exporter anew, here both are
there once. Where the configuration asks for more than ours does, nbgrader itself is run instead.
"""

import json
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry, SubmittedNotebook
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import LimitOutput
from tornado.log import app_log
from traitlets.config import Config

from autograder.course.layout import Assignment
from autograder.course.notebooks import read_trusted
from autograder.course.settings import read_config
from autograder.errors import AutograderError, GradebookError
from autograder.gradebook.carried import handed_in_beside
from autograder.gradebook.commands import (
    autograde,
    generate_feedback,
    persistently,
    quiet,
)
from autograder.gradebook.course_config import settings
from autograder.gradebook.preprocessors import is_open, mended_notebook, place
from autograder.gradebook.stamps import submitted_at
from autograder.grading.classroom import Graded
from autograder.result import Result

# Of these sections an instructor may set anything: what is written here does not follow from them.
_FREE = {
    "CourseDirectory",
    "GenerateAssignment",
    "IncludeHeaderFooter",
    "ClearSolutions",
    "LimitOutput",
    "Validator",
    "NbGraderAPI",
}


class Book:
    """Writes one student after the other.

    Raises:
        CourseError: if `nbgrader_config.py` does not run.
    """

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        config = read_config(assignment.root)
        self._coursedir = CourseDirectory(config=config)
        self._coursedir.assignment_id = assignment.name
        self._usual = _is_usual(config, assignment.root) and not self._coursedir.groupshared
        self._limit_output = LimitOutput(config=config)
        converter = GenerateFeedback(coursedir=self._coursedir, config=config)
        self._exporter = converter.exporter_class(parent=converter, config=converter.config)
        for preprocessor in converter.preprocessors[1:]:  # without the first: grades are at hand
            self._exporter.register_preprocessor(preprocessor)
        self._gradebook: Gradebook | None = None
        self._kernelspec: dict[str, Any] | None = None
        self._checked = False

    def write(self, graded: Graded) -> None:
        """Put one student's rows, autograded notebook and feedback page in their places.

        Raises:
            GradebookError: if that cannot be done; what was there before is then still there.
        """
        student = graded.result.student
        try:
            with quiet(self._coursedir.log, app_log):
                persistently(self._assignment, student, lambda: self._write(graded, student))
        except AutograderError:
            raise
        except Exception as error:  # whatever one student's work does to a library, others go on
            why = f"the grader itself failed: {type(error).__name__}: {error}"
            raise GradebookError(f"{student}: {why}") from error

    def close(self) -> None:
        if self._gradebook is not None:
            self._gradebook.close()
            self._gradebook = None

    def _write(self, graded: Graded, student: str) -> None:
        try:
            if not self._fits(self._open()):
                autograde(self._assignment, student)
                generate_feedback(self._assignment, student)
                return
            notebook = mended_notebook(self._assignment, graded.submission)
            notebook.metadata["kernelspec"] = self._kernelspec
            submitted = self._folder(self._coursedir.submitted_directory, student)
            handed_in, left_out = handed_in_beside(submitted, self._coursedir.ignore)
            result = replace(graded.result, mended=(*graded.result.mended, *left_out))
            place(notebook, result, self._assignment)
            notebook, _ = self._limit_output.preprocess(notebook, {})
            row = self._enter(student, notebook, graded.result)
            page = self._page(student, notebook, row)
        except Exception:
            self.close()  # the session is in the middle of something; the next try has a new one
            raise
        self._publish(student, notebook, page, handed_in)

    def _open(self) -> Gradebook:
        if self._gradebook is None:
            self._gradebook = Gradebook(self._coursedir.db_url, self._coursedir.course_id)
        return self._gradebook

    def _fits(self, gradebook: Gradebook) -> bool:
        """Whether configuration and gradebook are such that nbgrader would write the same."""
        if not self._checked:
            self._checked = True
            kernelspec = _kernelspec_if_same(gradebook, self._assignment)
            self._usual = self._usual and kernelspec is not None
            self._kernelspec = kernelspec
        return self._usual

    def _enter(self, student: str, notebook: NotebookNode, result: Result) -> SubmittedNotebook:
        """The student's rows, all or none; a manual score or comment stays."""
        gradebook, name = self._open(), self._assignment.name
        submitted = self._folder(self._coursedir.submitted_directory, student)
        timestamp = submitted_at(submitted)
        gradebook.update_or_create_student(student)
        known = {"timestamp": timestamp} if timestamp else {}
        gradebook.update_or_create_submission(name, student, **known)
        row = gradebook.find_submission_notebook(name, name, student)
        grades = {grade.name: grade for grade in row.grades}
        comments = {comment.name: comment for comment in row.comments}
        unjudged = {task.name for task in result.tasks if task.score is None}
        for cell in notebook.cells:
            if utils.is_grade(cell):
                grade = grades[cell.metadata.nbgrader["grade_id"]]
                score = None if grade.name in unjudged else utils.determine_grade(cell)[0]
                grade.auto_score = score
                grade.needs_manual_grade = score is None or grade.manual_score is not None
            if utils.is_solution(cell):
                untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
                comment = comments[cell.metadata.nbgrader["grade_id"]]
                comment.auto_comment = "No response." if untouched else None
        row.late_submission_penalty = None  # nbgrader's default, see `_is_usual`
        gradebook.db.commit()
        return row

    def _page(self, student: str, notebook: NotebookNode, row: SubmittedNotebook) -> str:
        """The feedback page, with the scores and comments that are in the gradebook."""
        grades = {grade.name: grade for grade in row.grades}
        comments = {comment.name: comment for comment in row.comments}
        shown = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
        for cell in shown.cells:
            if utils.is_solution(cell):
                comment = comments[cell.metadata.nbgrader["grade_id"]]
                cell.metadata.nbgrader["comment"] = comment.comment
            if utils.is_grade(cell):
                grade = grades[cell.metadata.nbgrader["grade_id"]]
                cell.metadata.nbgrader["score"] = grade.score
                cell.metadata.nbgrader["points"] = grade.max_score
                cell.metadata.nbgrader["open"] = is_open(grade)
        name = self._assignment.name
        resources = {
            "unique_key": name,
            "metadata": {"name": name},
            "nbgrader": {
                "student": student,
                "assignment": name,
                "notebook": name,
                "db_url": self._coursedir.db_url,
                "score": row.score,
                "max_score": row.max_score,
                "late_penalty": 0,
            },
        }
        page: str = self._exporter.from_notebook_node(shown, resources)[0]
        return page

    def _publish(
        self, student: str, notebook: NotebookNode, page: str, handed_in: dict[str, Path]
    ) -> None:
        """Replace the student's folders by new ones, each whole or not at all."""
        name, where = self._assignment.name, self._coursedir
        text = nbformat.writes(notebook, version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
        ours = self._other_files(self._assignment.source.parent)
        with _new_folder(self._folder(where.autograded_directory, student), 0o444) as folder:
            _copy(handed_in | ours, folder)
            (folder / f"{name}.ipynb").write_text(text + "\n", encoding="utf-8")
        with _new_folder(self._folder(where.feedback_directory, student), 0o644) as folder:
            _copy(handed_in | ours, folder)
            (folder / f"{name}.html").write_text(page, encoding="utf-8")

    def _folder(self, kind: str, student: str) -> Path:
        path = Path(self._coursedir.format_path(kind, student, self._assignment.name))
        return self._assignment.root / path

    def _other_files(self, folder: Path) -> dict[str, Path]:
        """What nbgrader carries along beside the notebook, by place; links are not followed."""
        found = utils.find_all_files(str(folder), [*self._coursedir.ignore, "*.ipynb"])
        paths = [Path(path) for path in found]
        return {
            str(path.relative_to(folder)): path
            for path in paths
            if stat.S_ISREG(path.lstat().st_mode)
        }


def _is_usual(config: Config, root: Path) -> bool:
    """Whether the course grades as `plug_in` has it, in all that decides what is written."""
    ours = settings(root)
    names = {name for name in {*config, *ours} - _FREE if not name.startswith("Exchange")}
    return all(config[name] == ours[name] for name in names)


def _kernelspec_if_same(gradebook: Gradebook, assignment: Assignment) -> dict[str, Any] | None:
    """The recorded kernel, if what the gradebook knows of the cells is what the release says."""
    release = nbformat.from_dict(read_trusted(assignment.release))  # type: ignore[no-untyped-call]
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


@contextmanager
def _new_folder(place: Path, mode: int) -> Iterator[Path]:
    """A folder to fill, which then stands in the place of the one that is there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    for left in place.parent.glob(f".new-{place.name}-*"):  # by a writer that was killed
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".new-{place.name}-") as room:
        new = Path(room, "new")
        new.mkdir()
        yield new
        for path in new.rglob("*"):
            if path.is_file():
                path.chmod(mode)
        if place.exists():
            place.rename(Path(room, "old"))
        new.rename(place)


def _copy(files: dict[str, Path], folder: Path) -> None:
    for name, path in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
