"""Trusted side. Final scores for other programs; a cell is empty where nobody has decided.

What students can choose, such as their names, is no formula to the program that opens the file.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from io import StringIO
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, Student, SubmittedAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import CsvExportPlugin

from autograder.course import layout
from autograder.course.settings import read_config
from autograder.errors import CourseError
from autograder.gradebook.standing import handed_in, standings
from autograder.report.score import Standing

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NBGRADER = (
    "assignment duedate timestamp student_id last_name first_name email raw_score "
    "late_submission_penalty score max_score"
).split()
Row = Sequence[object]


def scores_for(assignment: layout.Assignment, program: str) -> tuple[str, list[Standing]]:
    """The file that a program imports, and those who have no score in it.

    Raises:
        CourseError: if the gradebook does not know the assignment.
    """
    name = assignment.name
    coursedir = CourseDirectory(config=read_config(assignment.root))
    with closing(Gradebook(coursedir.db_url, coursedir.course_id)) as gradebook:
        found = standings(gradebook, name, handed_in(coursedir, name))
        if not found:
            raise CourseError(f"nothing of {name} is graded yet; run 'autograder grade {name}'")
        people = {student.id: student for student in gradebook.students}
        rows = FORMATS[program](name, [(one, people.get(one.student)) for one in found.values()])
        return _as_csv(rows), [one for one in found.values() if one.score is None]


def _plain_csv(name: str, people: "_People") -> Iterable[Row]:
    yield (
        "assignment student_id last_name first_name email state score max_score raw_score "
        "extra_credit late_submission_penalty engine_score"
    ).split()
    for one, who in people:
        extra = sum(task.extra for task in one.tasks)
        made_of = [_final(one, value) for value in (one.raw, extra, one.late_penalty, one.engine)]
        yield [name, one.student, *_named(who), one.state, one.score, one.max_score, *made_of]


def _canvas(name: str, people: "_People") -> Iterable[Row]:
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", name]
    yield ["    Points Possible", "", "", "", "", max(one.max_score for one, _ in people)]
    for one, who in people:
        last, first, _ = _named(who)
        full = ", ".join(filter(None, (last, first))) or one.student
        yield [full, "", one.student, one.student, "", one.score]


def _moodle(name: str, people: "_People") -> Iterable[Row]:
    yield ["username", "email", name]
    for one, who in people:
        yield [one.student, _named(who)[2], one.score]


def _gradescope(_: str, people: "_People") -> Iterable[Row]:
    yield ["First Name", "Last Name", "SID", "Email", "Total Score", "Max Points", "Status"]
    for one, who in people:
        last, first, email = _named(who)
        status = {"graded": "Graded", "open": "Ungraded", "missing": "Missing"}[one.state]
        yield [first, last, one.student, email, one.score, one.max_score, status]


_People = list[tuple[Standing, Student | None]]
FORMATS: Mapping[str, Callable[[str, _People], Iterable[Row]]] = {
    "canvas": _canvas,
    "csv": _plain_csv,
    "gradescope": _gradescope,
    "moodle": _moodle,
}


def export_as_nbgrader(self: CsvExportPlugin, gradebook: Gradebook) -> None:
    """In the place of `CsvExportPlugin.export`, which writes 0 where nobody has decided."""
    only_students = {str(item) for item in self.student}
    only_assignments = {str(item) for item in self.assignment}
    coursedir = getattr(self.parent, "coursedir", None)
    rows: list[Row] = [_NBGRADER]
    for assignment in gradebook.assignments:
        name = assignment.name
        if only_assignments and name not in only_assignments:
            continue
        found = standings(gradebook, name, handed_in(coursedir, name) if coursedir else ())
        submissions = {submission.student_id: submission for submission in assignment.submissions}
        for student in sorted(found.keys() - {student.id for student in gradebook.students}):
            self.log.warning("%s: %s has no row: %s", name, student, found[student].why)
        for student in gradebook.students:
            if only_students and student.id not in only_students:
                continue
            standing = found[student.id]
            if standing.score is None:
                self.log.warning("%s: %s has no score: %s", name, student.id, standing.why)
            rows.append(_row(assignment, student, submissions.get(student.id), standing))
    to = Path(self.to or "grades.csv")
    self.log.info("Exporting grades to %s", to)
    to.write_text(_as_csv(rows), encoding="utf-8")


def _row(
    assignment: Assignment,
    student: Student,
    submission: SubmittedAssignment | None,
    standing: Standing,
) -> Row:
    return [
        assignment.name,
        assignment.duedate,
        submission and submission.timestamp,
        student.id,
        *_named(student),
        _final(standing, standing.raw),
        _final(standing, standing.late_penalty),
        standing.score,
        standing.max_score,
    ]


def _final(standing: Standing, value: float | None) -> float | None:
    """A part of the final score, if there is one."""
    return None if standing.score is None else value


def _named(student: Student | None) -> list[str]:
    if student is None:
        return ["", "", ""]
    return [student.last_name or "", student.first_name or "", student.email or ""]


def _as_csv(rows: Iterable[Row]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> str:
    shown = "" if value is None else str(value)
    is_text = isinstance(value, str)
    return f"'{shown}" if is_text and shown.startswith(_FORMULA) else shown
