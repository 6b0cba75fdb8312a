"""Trusted side. What nbgrader's autograde runs instead of the student's notebook.

`MendingExporter` reads submissions as untrusted and mends them, so that nothing reaches nbgrader
that would make it fail. `GradeSealed` takes the place of its Execute: it puts the outputs and the
verdict of the engine into the notebook.
"""

from pathlib import Path
from typing import IO, Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor, SaveAutoGrades

from autograder.course.embed import with_modules
from autograder.course.layout import Course
from autograder.errors import NotebookError
from autograder.gradebook.autograded import as_notebook, mended_notebook, put_verdict
from autograder.gradebook.carried import unusual_in
from autograder.gradebook.guards import guard_nbgrader
from autograder.gradebook.rows import note_score, settle, was_read
from autograder.gradebook.shared import shared_classroom
from autograder.grading.classroom import Entry, GradedSubmission
from autograder.submission.reading import read_submission

Resources = dict[str, Any]

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
        self, file_stream: IO[str], resources: Resources | None = None, **kw: object
    ) -> tuple[NotebookNode, Resources]:
        """A notebook from a file: the mended one where nbgrader sanitizes a submission."""
        converter = self.parent
        if resources is None or not getattr(converter, "_sanitizing", False):
            found: tuple[NotebookNode, Resources] = super().from_file(file_stream, resources, **kw)
            return found
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
        assignment = Course(root=root).assignment(marks["assignment"])
        entry = Entry(student=marks["student"], path=Path(folder, f"{marks['notebook']}.ipynb"))
        graded = shared_classroom(root).one(assignment, entry)
        put_verdict(nb, graded.result, assignment)
        resources["autograder"] = graded
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
        self._tasks = {task.name: task for task in graded.result.tasks}
        self._changed, self._was_read = classroom.changed(graded), was_read(graded.result)
        saved: tuple[NotebookNode, Resources] = super().preprocess(nb, resources)
        classroom.remember_written(graded)
        return saved

    def _add_score(self, cell: NotebookNode, resources: Resources) -> None:  # noqa: ARG002
        name = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(
            name, self.notebook_id, self.assignment_id, self.student_id
        )
        settle(grade, self._tasks[name], changed=name in self._changed)
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
