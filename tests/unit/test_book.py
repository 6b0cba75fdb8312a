"""One student whose work trips a library up is reported; it is not the end of the class."""

from pathlib import Path
from typing import Any

import pytest

from autograder.course.layout import Course
from autograder.errors import GradebookError
from autograder.gradebook.book import Book
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
        book.write(graded)
