"""Trusted side. What nbgrader's autograde runs instead of the student's notebook.

`MendingExporter` reads submissions as untrusted and mends them, so that nothing reaches nbgrader
that would make it fail. `GradeSealed` takes the place of its Execute: it puts the outputs and the
verdict of the engine into the notebook.
"""

import re
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor, SaveAutoGrades

from autograder.course.embed import with_modules
from autograder.course.layout import Assignment
from autograder.course.settings import runs_what_was_handed_in
from autograder.errors import CourseError, NotebookError, OtherKernelError
from autograder.gradebook.autograded import as_notebook, mended_notebook, put_verdict
from autograder.gradebook.carried import unusual_in
from autograder.gradebook.guards import guard_nbgrader
from autograder.gradebook.originals import to_grade_by
from autograder.gradebook.rows import note_score, settle, was_read
from autograder.gradebook.shared import shared_classroom
from autograder.grading.classroom import Entry, GradedSubmission
from autograder.submission.handed_in import read_part, was_handed_in

Resources = dict[str, Any]

_ALWAYS_RUN = (
    "--no-execute (c.Execute.enabled = False) is not honoured: what was handed in is run, since "
    "outputs in a file are only what its author says"
)

guard_nbgrader()  # nbgrader runs if this is imported, no matter who read the configuration


class EmbedModules(NbGraderPreprocessor):
    """Puts the course's own modules into a release, which then stands alone."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """The release with the modules in it."""
        whole = with_modules(nb, Path(resources["metadata"]["path"]))
        return as_notebook(whole), resources


class MendingExporter(NotebookExporter):
    """Reads a submitted file through our own reader; all other files as nbconvert does.

    nbgrader makes it before it opens or copies any file, so here it is kept from unusual ones.
    """

    def __init__(self, **kw: object) -> None:
        super().__init__(**kw)
        if isinstance(self.parent, BaseConverter):
            if not runs_what_was_handed_in(self.parent.config):
                self.log.warning("%s", _ALWAYS_RUN)
            self._leave_out_unusual(self.parent)
            self._name_as_asked(self.parent)

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

    def _name_as_asked(self, converter: BaseConverter) -> None:
        """Have nbgrader go on with a notebook that was handed in under another name.

        Raises:
            NbGraderException: if the assignment cannot be graded.
        """
        coursedir = converter.coursedir
        pattern = coursedir.format_path(
            coursedir.submitted_directory, ".*", "(?P<name>.*)", escape=True
        )
        for folder in converter.assignments:
            found = re.match(pattern, folder)
            if found is None:
                continue  # nbgrader says why
            try:
                assignment = to_grade_by(converter, found["name"])
            except CourseError as error:
                self.log.error("%s", error)
                raise NbGraderException(str(error)) from None
            if coursedir.notebook_id == "*":
                every = assignment.parts  # if it holds none, a person must look at each
                there = [one for one in every if was_handed_in(Path(folder), one, assignment)]
                converter.assignments[folder] = [
                    str(Path(folder, one.file)) for one in there or every
                ]

    def from_filename(
        self, filename: str, resources: Resources | None = None, **kw: object
    ) -> tuple[NotebookNode, Resources]:
        """A notebook from a file: the mended one where nbgrader sanitizes a submission."""
        if resources is None or not getattr(self.parent, "_sanitizing", False):
            found: tuple[NotebookNode, Resources] = super().from_filename(filename, resources, **kw)
            return found
        path, marks = Path(filename), resources["nbgrader"]
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        assignment = to_grade_by(self.parent, marks["assignment"])
        part = _of_notebook(assignment, marks["notebook"])
        try:
            submission = read_part(path, part, assignment, marks["student"])
            why = submission.unread
        except OtherKernelError as error:  # as nbgrader has it; others go on
            raise NbGraderException(str(error)) from None
        except NotebookError as error:
            submission, why = None, str(error)
        if why:  # the blank release stands for it, without a score
            self.log.error("%s", why)
        whole = mended_notebook(part, None if why else submission)
        mended: tuple[NotebookNode, Resources] = self.from_notebook_node(whole, resources, **kw)
        return mended


class GradeSealed(NbGraderPreprocessor):
    """Grades the submitted file with the engine, or takes its stored result."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """The notebook with its verdict, which `SaveSealedGrades` finds in the resources."""
        marks = resources["nbgrader"]
        coursedir = self.parent.parent.coursedir
        root = Path(coursedir.root)
        folder = coursedir.format_path(
            coursedir.submitted_directory, marks["student"], marks["assignment"]
        )
        assignment = to_grade_by(self.parent.parent, marks["assignment"])
        entry = Entry(student=marks["student"], path=Path(folder, f"{marks['notebook']}.ipynb"))
        graded = shared_classroom(root).one(assignment, entry)
        result = graded.result.notebooks.get(marks["notebook"], graded.result)
        put_verdict(nb, result, _of_notebook(assignment, marks["notebook"]))
        resources["autograder"], resources["autograder_notebook"] = graded, result
        return nb, resources


class GetOpenGrades(GetGrades):
    """nbgrader's own, but it says what nobody has judged: the score of that is 0 otherwise."""

    def _get_score(self, cell: NotebookNode, resources: Resources) -> None:  # noqa: ARG002
        name = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(
            name, self.notebook_id, self.assignment_id, self.student_id
        )
        note_score(cell, grade)


class SaveSealedGrades(SaveAutoGrades):
    """nbgrader's own, but scores are the engine's, and finished manual work stays finished."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Save the scores, and note what the gradebook then holds."""
        graded: GradedSubmission = resources["autograder"]
        classroom = shared_classroom(Path(self.parent.parent.coursedir.root))
        self._tasks = {task.name: task for task in resources["autograder_notebook"].tasks}
        notebook = resources["nbgrader"]["notebook"] if graded.result.notebooks else ""
        self._changed = classroom.changed(graded).within(notebook)
        self._was_read = was_read(resources["autograder_notebook"])
        saved: tuple[NotebookNode, Resources] = super().preprocess(nb, resources)
        classroom.remember_written(graded, notebook)
        return saved

    def _add_score(self, cell: NotebookNode, resources: Resources) -> None:  # noqa: ARG002
        name = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(
            name, self.notebook_id, self.assignment_id, self.student_id
        )
        settle(grade, self._tasks[name], self._changed)
        self.gradebook.db.commit()

    def _add_comment(self, cell: NotebookNode, resources: Resources) -> None:
        super()._add_comment(cell, resources)
        if not self._was_read:
            name = cell.metadata["nbgrader"]["grade_id"]
            comment = self.gradebook.find_comment(
                name, self.notebook_id, self.assignment_id, self.student_id
            )
            comment.auto_comment = None  # and not "No response."
            self.gradebook.db.commit()


def _of_notebook(assignment: Assignment, name: str) -> Assignment:
    """The part of an assignment that a notebook is."""
    if not assignment.several:
        return assignment
    return next(part for part in assignment.several if part.notebook == name)
