"""Trusted side. The gradebook of one assignment, open for a whole class with one session.

It writes what nbgrader's Autograde and GenerateFeedback write with this course's configuration: the
same rows, the same autograded notebook, the same feedback page. A test compares them byte by byte.
nbgrader opens the gradebook about nine times and makes every exporter again for each student; here
both are made once. Where the configuration asks for more than ours does, nbgrader itself is run.
"""

from dataclasses import replace
from functools import cached_property
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import LimitOutput
from tornado.log import app_log

from autograder.course.layout import Assignment
from autograder.course.settings import read_config
from autograder.errors import AutograderError, GradebookError
from autograder.gradebook.agreement import (
    configured_as_ours,
    recorded_kernelspec,
    refuse_other_runners,
)
from autograder.gradebook.autograded import mended_notebook, put_verdict
from autograder.gradebook.carried import handed_in_beside
from autograder.gradebook.commands import (
    autograde,
    generate_feedback,
    persistently,
    quiet,
)
from autograder.gradebook.folders import StudentFolders
from autograder.gradebook.pages import FeedbackPages
from autograder.gradebook.rows import enter
from autograder.gradebook.stamps import submitted_at
from autograder.grading.changes import Changed
from autograder.grading.classroom import GradedSubmission


class Book:
    """Writes one student after the other.

    Raises:
        CourseError: if `nbgrader_config.py` does not run, or does not plug the engine in.
    """

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        config = read_config(assignment.root)
        refuse_other_runners(config, assignment.root)
        self._coursedir = CourseDirectory(config=config)
        self._coursedir.assignment_id = assignment.name
        self._configured_as_ours = (
            configured_as_ours(config, assignment.root)
            and not self._coursedir.groupshared
            and assignment.sealed
        )
        self._limit_output = LimitOutput(config=config)
        self._folders = StudentFolders(assignment, self._coursedir)
        self._pages = FeedbackPages(assignment, self._coursedir, config)
        self._session: Gradebook | None = None

    def write(self, graded: GradedSubmission, changed: Changed) -> None:
        """Put one student's rows, autograded notebook and feedback page in their places.

        Raises:
            GradebookError: if that cannot be done; what was there before is then still there.
        """
        student = graded.result.student
        try:
            with quiet(self._coursedir.log, app_log):
                persistently(self._assignment, student, lambda: self._write(graded, changed))
        except AutograderError:
            raise
        except Exception as error:  # whatever one student's work does to a library, others go on
            why = f"the grader itself failed: {type(error).__name__}: {error}"
            raise GradebookError(f"{student}: {why}") from error

    def close(self) -> None:
        """End the session, if one is open."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _write(self, graded: GradedSubmission, changed: Changed) -> None:
        student = graded.result.student
        try:
            kernelspec = self._kernelspec if self._configured_as_ours else None
            if kernelspec is None:
                autograde(self._assignment, student)
                generate_feedback(self._assignment, student)
                return
            submitted = self._folders.submitted(student)
            handed_in, left_out = handed_in_beside(submitted, self._coursedir.ignore)
            notebook = self._autograded(graded, left_out, kernelspec)
            when = submitted_at(submitted)
            result = graded.result
            book, about = self._gradebook, self._assignment
            row = enter(book, about, result, notebook, when=when, changed=changed)
            page = self._pages.page(student, notebook, row)
        except Exception:
            self.close()  # the session is in the middle of something; the next try has a new one
            raise
        self._folders.publish(student, notebook, page, handed_in)

    @property
    def _gradebook(self) -> Gradebook:
        if self._session is None:
            self._session = Gradebook(self._coursedir.db_url, self._coursedir.course_id)
        return self._session

    @cached_property
    def _kernelspec(self) -> dict[str, Any] | None:
        """What nbgrader would write into each notebook; None if its cells differ from ours."""
        return recorded_kernelspec(self._gradebook, self._assignment)

    def _autograded(
        self, graded: GradedSubmission, left_out: list[str], kernelspec: dict[str, Any]
    ) -> NotebookNode:
        notebook = mended_notebook(self._assignment, graded.submission)
        notebook.metadata["kernelspec"] = kernelspec
        result = replace(graded.result, mended=(*graded.result.mended, *left_out))
        put_verdict(notebook, result, self._assignment)
        limited: NotebookNode = self._limit_output.preprocess(notebook, {})[0]
        return limited
