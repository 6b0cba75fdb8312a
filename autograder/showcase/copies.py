"""Trusted side. Course folders of their own, for what must not touch the course itself."""

import shutil
from pathlib import Path

from autograder.course.layout import Course
from autograder.course.storage import write_atomically

_COPIED = ("source", "tests/hidden", "quizzes")
# The course's own gradebook may be on a server, which a copy must not touch.
_OWN_GRADEBOOK = """

from pathlib import Path

from autograder.gradebook.course_config import own_gradebook

get_config().CourseDirectory.db_url = own_gradebook(Path(__file__).resolve().parent)
"""


def copy_course(course: Course, root: Path, settings: str = "") -> Course:
    """A copy of the course in the new folder `root`, without submissions.

    `settings` are more lines for its `nbgrader_config.py`, which is written last: if it is there,
    the copy is complete.
    """
    shutil.rmtree(root, ignore_errors=True)
    for name in _COPIED:
        if (course.root / name).is_dir():
            shutil.copytree(course.root / name, root / name)
    config = (course.root / "nbgrader_config.py").read_text()
    write_atomically(root / "nbgrader_config.py", config + _OWN_GRADEBOOK + settings)
    return Course(root=root)
