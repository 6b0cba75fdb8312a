"""The folder of `autograder lab`, and what it says when it cannot start; tests/browser uses it."""

import os
from collections.abc import Callable
from pathlib import Path

from autograder.course.layout import Course
from autograder.showcase.lab import make_lab
from tests.conftest import Run


def test_lab_keeps_what_was_done_until_it_begins_anew(course: Path) -> None:
    lab = make_lab(Course(root=course))
    assert lab == course / "lab"
    (lab / "student" / "notes.txt").write_text("mine")
    (lab / "course" / "gradebook.db").write_text("scores")
    make_lab(Course(root=course))
    assert (lab / "student" / "notes.txt").exists()
    assert (lab / "course" / "gradebook.db").exists()
    make_lab(Course(root=course), fresh=True)
    assert not (lab / "student" / "notes.txt").exists()
    assert not (lab / "course" / "gradebook.db").exists()
    assert not (lab / "course" / "release").exists()


def test_jupyterlab_that_does_not_start_is_one_line(
    course: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    (tmp_path / "jupyterlab.py").write_text('raise SystemExit("no disk today")')
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = cli(course, "autograder", "lab", env={**os.environ, "PYTHONPATH": path})
    assert done.returncode == 2
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("autograder: the instructor's JupyterLab does not start (no disk today)")
    assert last.endswith("instructor.log")
