"""Trusted side. The feedback pages of a class, made by one exporter from rows already read."""

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import SubmittedNotebook
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.course.layout import Assignment
from autograder.gradebook.autograded import as_notebook
from autograder.gradebook.rows import comments_of, grades_of, note_score


class FeedbackPages:
    """Makes what `nbgrader generate_feedback` makes with this course's configuration."""

    def __init__(self, assignment: Assignment, coursedir: CourseDirectory, config: Config) -> None:
        self._name, self._db_url = assignment.name, coursedir.db_url
        converter = GenerateFeedback(coursedir=coursedir, config=config)
        self._exporter = converter.exporter_class(parent=converter, config=converter.config)
        for preprocessor in converter.preprocessors[1:]:  # without the first: grades are read
            self._exporter.register_preprocessor(preprocessor)

    def page(self, student: str, notebook: NotebookNode, row: SubmittedNotebook) -> str:
        """The page, with the scores and comments that are in the gradebook."""
        resources = {
            "unique_key": self._name,
            "metadata": {"name": self._name},
            "nbgrader": {
                "student": student,
                "assignment": self._name,
                "notebook": self._name,
                "db_url": self._db_url,
                "score": row.score,
                "max_score": row.max_score,
                "late_penalty": 0,
            },
        }
        page: str = self._exporter.from_notebook_node(_with_grades(notebook, row), resources)[0]
        return page


def _with_grades(notebook: NotebookNode, row: SubmittedNotebook) -> NotebookNode:
    """A copy of the autograded notebook that holds scores and comments."""
    grades, comments = grades_of(row), comments_of(row)
    shown = as_notebook(notebook)
    for cell in shown.cells:
        if utils.is_solution(cell):
            comment = comments[cell.metadata.nbgrader["grade_id"]]
            cell.metadata.nbgrader["comment"] = comment.comment
        if utils.is_grade(cell):
            note_score(cell, grades[cell.metadata.nbgrader["grade_id"]])
    return shown
