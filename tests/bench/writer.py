"""Grades a class in this process and then writes it again: prints what writing costs, as JSON.

The second time every result is known, so that reading the notebooks and writing is all there is.
"""

import cProfile
import json
import pstats
import sys
import time
from pathlib import Path

from autograder.course.layout import Course
from autograder.gradebook import book
from autograder.gradebook.shared import shared_classroom
from autograder.gradebook.writer import grade_class
from autograder.grading.classroom import submitted
from autograder.grading.local import Graders


def main() -> None:
    assignment = Course(root=Path.cwd()).assignment(sys.argv[1])
    entries, classroom = submitted(assignment), shared_classroom(assignment.root)

    def write() -> None:
        engine = Graders(classroom.sandbox, items=len(entries))
        grade_class(assignment, classroom.each(assignment, entries, engine), classroom)

    write()
    start = time.process_time()
    classroom.plan(assignment, entries)
    reading, start = time.process_time() - start, time.process_time()
    write()
    whole = time.process_time() - start
    profile = cProfile.Profile()
    profile.runcall(write)
    print(
        json.dumps({"students": len(entries), "reading": reading, "whole": whole, **_of(profile)})
    )


def _of(profile: cProfile.Profile) -> dict[str, object]:
    """Seconds of the functions of the gradebook's module, what they call included."""
    stats = pstats.Stats(profile)
    parts = {
        name: seconds[3]
        for (file, _, name), seconds in stats.stats.items()  # type: ignore[attr-defined]  # typeshed leaves it out
        if file == book.__file__
    }
    return {"profiled": stats.total_tt, "parts": parts}  # type: ignore[attr-defined]  # as above


if __name__ == "__main__":
    main()
