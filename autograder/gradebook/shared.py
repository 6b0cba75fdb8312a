"""Trusted side. One classroom for each process: for a command, nbgrader or formgrader."""

import atexit
from functools import cache
from pathlib import Path

from autograder.grading.classroom import Classroom
from autograder.sandbox import Sandbox


@cache
def shared_classroom(root: Path, *, isolate: bool = True) -> Classroom:
    """The course's classroom, with fork-servers that start when first needed."""
    classroom = Classroom(root, Sandbox(root, isolate=isolate))
    atexit.register(classroom.close)
    return classroom
