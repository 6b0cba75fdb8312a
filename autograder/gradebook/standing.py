"""Trusted side. Where each student stands, as the gradebook has it; the one place that reads it."""

from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import undefer

from autograder.course import layout
from autograder.course.settings import read_config
from autograder.errors import GradebookError
from autograder.gradebook.database import explain
from autograder.report.score import Standing, TaskScore


def standings_of(assignment: layout.Assignment) -> dict[str, Standing]:
    """By student, in alphabetical order: all that the gradebook knows, and who handed in.

    Raises:
        CourseError: if `nbgrader_config.py` does not run.
        GradebookError: if the gradebook cannot be read.
    """
    coursedir = CourseDirectory(config=read_config(assignment.root))
    try:
        with closing(Gradebook(coursedir.db_url, coursedir.course_id)) as gradebook:
            return standings(gradebook, assignment.name, handed_in(coursedir, assignment.name))
    except SQLAlchemyError as error:
        why = explain(str(error)) or str(error).partition("\n")[0]
        raise GradebookError(f"the final scores cannot be read: {why}") from None


def handed_in(coursedir: CourseDirectory, name: str) -> set[str]:
    """Who has a folder among the submissions of an assignment, graded or not."""
    place = Path(coursedir.format_path(coursedir.submitted_directory, "*", name))
    place = Path(coursedir.root) / place
    depth = place.parts.index("*")
    found = Path(place.anchor).glob(str(place.relative_to(place.anchor)))
    return {path.parts[depth] for path in found if path.is_dir()}


def standings(
    gradebook: Gradebook, name: str, handed_in: Collection[str] = ()
) -> dict[str, Standing]:
    """As `standings_of`, with an open gradebook; `handed_in` are more whom it may not know yet."""
    try:
        row = gradebook.find_assignment(name)
    except MissingEntry:
        return {}
    penalties = dict(
        gradebook.db.query(
            SubmittedAssignment.student_id,
            func.coalesce(func.sum(SubmittedNotebook.late_submission_penalty), 0.0),
        )
        .select_from(SubmittedAssignment)
        .outerjoin(SubmittedNotebook)
        .filter(SubmittedAssignment.assignment_id == row.id)
        .group_by(SubmittedAssignment.student_id)
        .all()
    )
    tasks = _tasks(gradebook, row)
    known = {student.id for student in gradebook.students}
    return {
        student: Standing(
            student=student,
            max_score=row.max_score,
            tasks=tuple(tasks.get(student, ())),
            late_penalty=penalties.get(student, 0.0),
            handed_in=student in penalties or student in handed_in,
        )
        for student in sorted({*known, *penalties, *handed_in})
    }


def task_score(grade: Grade, name: str = "") -> TaskScore:
    """What a row says; `name` where more than its own is needed."""
    return TaskScore(
        name=name or grade.name,
        max_score=grade.max_score,
        auto=grade.auto_score,
        manual=grade.manual_score,
        extra=grade.extra_credit or 0.0,
        again=grade.manual_score is not None and bool(grade.needs_manual_grade),
    )


def _tasks(gradebook: Gradebook, assignment: Assignment) -> dict[str, list[TaskScore]]:
    """By student; a task has its notebook's name before its own where there are several."""
    several = len(assignment.notebooks) > 1
    rows = (
        gradebook.db.query(SubmittedAssignment.student_id, Notebook.name, BaseCell.name, Grade)
        .select_from(Grade)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .filter(SubmittedAssignment.assignment_id == assignment.id)
        .options(undefer(Grade.max_score))
        .order_by(Notebook.name, BaseCell.name)
    )
    found: dict[str, list[TaskScore]] = {}
    for student, notebook, cell, grade in rows:
        name = f"{notebook}/{cell}" if several else cell
        found.setdefault(student, []).append(task_score(grade, name))
    return found
