"""One student whose work trips a library up is reported; it is not the end of the class."""

from pathlib import Path
from typing import Any

import pytest

from autograder.course.layout import Course
from autograder.errors import CourseError, GradebookError
from autograder.gradebook.book import Book
from autograder.grading.changes import Changed
from autograder.grading.classroom import GradedSubmission
from autograder.grading.one import unreadable
from tests.conftest import ASSIGNMENT


def test_any_error_of_writing_names_the_student(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment = Course(root=course).assignment(ASSIGNMENT)
    book = Book(assignment)
    graded = GradedSubmission(result=unreadable(assignment, "ann", "no notebook", "full"))

    def trip(*_: Any) -> None:
        raise IndexError("a library's own")

    monkeypatch.setattr(Book, "_write", trip)
    with pytest.raises(GradebookError, match="ann: the grader itself failed: IndexError"):
        book.write(graded, Changed())


@pytest.mark.parametrize(
    "config",
    ["", 'c.Autograde.autograde_preprocessors.insert(0, "mine.Own")', "{plug}\n{lists}"],
    ids=["stock", "own preprocessor", "own list"],
)
def test_nothing_is_written_where_nbgrader_would_run_what_students_wrote(
    course: Path, config: str
) -> None:
    lists = 'c.Autograde.autograde_preprocessors += ["nbgrader.preprocessors.Execute"]'
    own = (course / "nbgrader_config.py").read_text()
    text = config.format(plug=own, lists=lists) if "{" in config else f"c = get_config()\n{config}"
    assignment = Course(root=course).assignment(ASSIGNMENT)
    (course / "nbgrader_config.py").write_text(text)
    with pytest.raises(CourseError, match="does not plug the engine in"):
        Book(assignment)
