"""nbgrader's configuration of this course. `plug_in` makes it grade with the sealed engine."""

from pathlib import Path

from autograder.gradebook.course_config import plug_in

c = get_config()  # noqa: F821  (nbgrader provides it)

c.CourseDirectory.course_id = "attention"
plug_in(c, Path(__file__).resolve().parent)
