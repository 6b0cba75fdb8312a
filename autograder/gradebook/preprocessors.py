"""Trusted side. What nbgrader's autograde runs instead of the student's notebook.

`MendingExporter` reads submissions as untrusted and mends them, so that nothing that nbgrader
trips over reaches it. `GradeSealed` stands for its Execute: it puts the outputs and the verdict
of the engine into the notebook. The outputs of a test cell are ours alone, since the first of
them decides the score in nbgrader.
"""

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Grade
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor, SaveAutoGrades

from autograder.course.embed import with_modules
from autograder.course.layout import Assignment, Course
from autograder.course.notebooks import read_trusted, text_of
from autograder.errors import NotebookError
from autograder.gradebook.carried import unusual_in
from autograder.gradebook.guards import guard_nbgrader
from autograder.gradebook.shared import classroom
from autograder.grading.classroom import Entry, Graded
from autograder.report.table import task_table, task_text
from autograder.result import Result
from autograder.submission.reading import Submission, read_submission

Resources = dict[str, Any]

guard_nbgrader()  # nbgrader runs, whoever read the configuration that names these classes


class EmbedModules(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts the course's own modules into a release, which then stands alone."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        whole = with_modules(nb, Path(resources["metadata"]["path"]))
        return nbformat.from_dict(whole), resources  # type: ignore[no-untyped-call]


class MendingExporter(NotebookExporter):  # type: ignore[misc]
    """Reads a submitted file through our own reader; all other files as nbconvert does.

    nbgrader makes it before it opens or copies any file, so here it is kept from unusual ones.
    """

    def __init__(self, **kw: Any) -> None:
        super().__init__(**kw)
        if isinstance(self.parent, BaseConverter):
            self._leave_out_unusual(self.parent)

    def _leave_out_unusual(self, converter: BaseConverter) -> None:
        """Let nbgrader not touch a folder with a link, a pipe or a device in it.

        Raises:
            NbGraderException: if nothing else is to be done.
        """
        usual, why = {}, ""
        for folder, notebooks in converter.assignments.items():
            found = unusual_in(Path(folder), converter.coursedir.ignore)
            if found is None:
                usual[folder] = notebooks
            else:
                why = f"{found} is a link, a pipe or a device; remove it and autograde again"
                self.log.error("%s", why)
        if why and not usual:
            raise NbGraderException(why)
        converter.assignments = usual

    def from_file(
        self, file_stream: Any, resources: Resources | None = None, **kw: Any
    ) -> tuple[NotebookNode, Resources]:
        converter = self.parent
        if resources is None or not getattr(converter, "_sanitizing", False):
            answer: tuple[NotebookNode, Resources] = super().from_file(file_stream, resources, **kw)
            return answer
        marks = resources["nbgrader"]
        root = Path(converter.coursedir.root)
        assignment = Course(root=root).assignment(marks["assignment"])
        submission = None
        try:
            submission = read_submission(
                Path(file_stream.name), assignment, student=marks["student"]
            )
        except NotebookError as error:
            self.log.error("%s", error)  # the blank release stands for it, without a score
        whole = mended_notebook(assignment, submission)
        return self.from_notebook_node(whole, resources, **kw)  # type: ignore[no-any-return]


class GradeSealed(NbGraderPreprocessor):  # type: ignore[misc]
    """Grades the submitted file with the engine, or takes its stored result."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        marks = resources["nbgrader"]
        coursedir = self.parent.parent.coursedir
        root = Path(coursedir.root)
        folder = coursedir.format_path(
            coursedir.submitted_directory, marks["student"], marks["assignment"]
        )
        assignment = Course(root=root).assignment(marks["assignment"])
        entry = Entry(student=marks["student"], path=Path(folder, f"{marks['notebook']}.ipynb"))
        graded = classroom(root).one(assignment, entry)
        place(nb, graded.result, assignment)
        resources["autograder"] = graded
        return nb, resources


class GetOpenGrades(GetGrades):  # type: ignore[misc]
    """nbgrader's own, but it says what nobody has judged: the score of that is 0 otherwise."""

    def _get_score(self, cell: NotebookNode, resources: Resources) -> None:
        super()._get_score(cell, resources)
        name = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(
            name, self.notebook_id, self.assignment_id, self.student_id
        )
        cell.metadata["nbgrader"]["open"] = is_open(grade)


def is_open(grade: Grade) -> bool:
    """Whether neither we nor a person gave a score."""
    return grade.auto_score is None and grade.manual_score is None


class SaveSealedGrades(SaveAutoGrades):  # type: ignore[misc]
    """nbgrader's own, but a task that could not be judged gets no score and asks for a person."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        graded: Graded = resources["autograder"]
        self._unjudged = {task.name for task in graded.result.tasks if task.score is None}
        saved: tuple[NotebookNode, Resources] = super().preprocess(nb, resources)
        root = Path(self.parent.parent.coursedir.root)
        classroom(root).remember_written(graded)
        return saved

    def _add_score(self, cell: NotebookNode, resources: Resources) -> None:
        name = cell.metadata["nbgrader"]["grade_id"]
        if name not in self._unjudged:
            super()._add_score(cell, resources)
            return
        grade = self.gradebook.find_grade(
            name, self.notebook_id, self.assignment_id, self.student_id
        )
        grade.auto_score, grade.needs_manual_grade = None, True
        self.gradebook.db.commit()


def mended_notebook(assignment: Assignment, submission: Submission | None) -> NotebookNode:
    """The submission's cells in the release's notebook, without outputs; or the release alone."""
    release = read_trusted(assignment.release)
    blank = [{**cell, "source": text_of(cell)} for cell in release["cells"]]
    cells = blank if submission is None else map(_as_nbformat, submission.cells)
    whole = {**release, "cells": list(cells)}
    notebook: NotebookNode = nbformat.from_dict(whole)  # type: ignore[no-untyped-call]
    return notebook


def place(nb: NotebookNode, result: Result, assignment: Assignment) -> None:
    """Put what the cells showed below them, and each task's table below its test cell."""
    tasks = {task.name: task for task in result.tasks}
    first = assignment.tasks[0].name if assignment.tasks else ""
    for index, cell in enumerate(nb.cells):
        if cell.cell_type != "code":
            continue
        cell.execution_count = None
        if not utils.is_grade(cell):
            cell.outputs = [nbformat.from_dict(o) for o in result.outputs.get(index, [])]  # type: ignore[no-untyped-call]
            continue
        task = tasks.get(cell.metadata["nbgrader"]["grade_id"])
        if task is None:
            cell.outputs = []
            continue
        notes = result.mended if task.name == first else ()
        table = {"text/html": task_table(task, notes), "text/plain": task_text(task)}
        cell.outputs = [_output("display_data", data=table)]
        if task.score is not None:
            score = {"text/plain": repr(task.score)}
            cell.outputs.append(_output("execute_result", data=score, execution_count=None))


def _output(kind: str, **content: Any) -> NotebookNode:
    output: NotebookNode = nbformat.v4.new_output(kind, **content)  # type: ignore[no-untyped-call]
    return output


def _as_nbformat(cell: dict[str, Any]) -> dict[str, Any]:
    if cell["cell_type"] != "code":
        return cell
    return {**cell, "outputs": [], "execution_count": None}
