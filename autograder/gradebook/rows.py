"""Trusted side. A student's rows in the gradebook, as nbgrader writes them."""

from datetime import datetime

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Comment, Grade, Gradebook, SubmittedNotebook

from autograder.course.layout import Assignment
from autograder.result import Result


def enter(
    gradebook: Gradebook,
    assignment: Assignment,
    result: Result,
    notebook: NotebookNode,
    when: datetime | None,
) -> SubmittedNotebook:
    """Enter the verdict that is in the autograded `notebook`, in all rows or in none.

    A manual score or comment stays. `when` is the time of submission, if it is known.
    """
    name, student = assignment.name, result.student
    gradebook.update_or_create_student(student)
    known = {"timestamp": when} if when else {}
    gradebook.update_or_create_submission(name, student, **known)
    row = gradebook.find_submission_notebook(name, name, student)
    grades, comments = grades_of(row), comments_of(row)
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
    row.late_submission_penalty = None  # nbgrader's default, see `agreement`
    gradebook.db.commit()
    return row


def grades_of(row: SubmittedNotebook) -> dict[str, Grade]:
    """By `grade_id`."""
    return {grade.name: grade for grade in row.grades}


def comments_of(row: SubmittedNotebook) -> dict[str, Comment]:
    """By `grade_id`."""
    return {comment.name: comment for comment in row.comments}


def is_open(grade: Grade) -> bool:
    """Whether neither we nor a person gave a score."""
    return grade.auto_score is None and grade.manual_score is None
