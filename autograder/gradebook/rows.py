"""Trusted side. A student's rows in the gradebook, as nbgrader writes them."""

from dataclasses import asdict
from datetime import datetime

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Comment, Grade, Gradebook, SubmittedNotebook

from autograder.course.layout import Assignment
from autograder.gradebook.standing import task_score
from autograder.grading.changes import Changed
from autograder.result import Result, TaskResult


def enter(
    gradebook: Gradebook,
    assignment: Assignment,
    result: Result,
    notebook: NotebookNode,
    *,
    when: datetime | None,
    changed: Changed,
) -> SubmittedNotebook:
    """Enter the verdict that is in the autograded `notebook`, in all rows or in none.

    `when` is the time of submission, if it is known. A comment by a person stays, and a score as
    `settle` says.
    """
    name, student = assignment.name, result.student
    gradebook.update_or_create_student(student)
    known = {"timestamp": when} if when else {}
    gradebook.update_or_create_submission(name, student, **known)
    row = gradebook.find_submission_notebook(name, name, student)
    grades, comments = grades_of(row), comments_of(row)
    tasks = {task.name: task for task in result.tasks}
    for cell in notebook.cells:
        if utils.is_grade(cell):
            grade = grades[cell.metadata.nbgrader["grade_id"]]
            settle(grade, tasks[grade.name], changed)
        if utils.is_solution(cell):
            untouched = was_read(result) and cell.metadata.nbgrader.get(
                "checksum"
            ) == utils.compute_checksum(cell)
            comment = comments[cell.metadata.nbgrader["grade_id"]]
            comment.auto_comment = "No response." if untouched else None
    row.late_submission_penalty = None  # nbgrader's default, see `agreement`
    gradebook.db.commit()
    return row


def was_read(result: Result) -> bool:
    """Whether anything was judged; else the blank release stands for what was handed in."""
    return any(task.score is not None or task.checks for task in result.tasks)


def grades_of(row: SubmittedNotebook) -> dict[str, Grade]:
    """By `grade_id`."""
    return {grade.name: grade for grade in row.grades}


def comments_of(row: SubmittedNotebook) -> dict[str, Comment]:
    """By `grade_id`."""
    return {comment.name: comment for comment in row.comments}


def settle(grade: Grade, task: TaskResult, changed: Changed) -> None:
    """Put what the engine says of one task into its row.

    What a person has graded waits for one again only if what was graded is not the same any more.
    A number for an answer that is not there any more is taken back where it alone would count.
    """
    differs = task.name in changed.answers | changed.verdicts or grade.auto_score != task.score
    grade.auto_score = task.score
    if task.name in changed.answers and task.score is None and task.why:
        grade.manual_score = None
    if grade.manual_score is None:
        grade.needs_manual_grade = task.score is None
    elif differs:
        grade.needs_manual_grade = True


def note_score(cell: NotebookNode, grade: Grade) -> None:
    """Let a graded cell hold what the row says, for the feedback page."""
    score = task_score(grade)
    cell.metadata.nbgrader["score"] = score.score
    cell.metadata.nbgrader["points"] = score.max_score
    cell.metadata.nbgrader["row"] = asdict(score)
