"""One submission, one grade: on every engine, and in every file that is written."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from tests.conftest import ASSIGNMENT, Make, Run
from tests.workflow.conftest import Demo
from tests.workflow.dask_cluster import dask

OURS = ("autograder", "grade", ASSIGNMENT)
# One student lets IPython measure a call, which shows other figures each time.
MEASURED = re.compile(rb"(?:CPU times|Wall time): [^\"\\\\\n]*")

FORMGRADER = """
import sys
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

config = PyFileConfigLoader("nbgrader_config.py", path=".").load_config()
api = NbGraderAPI(CourseDirectory(config=config), config=config)
for student in sys.argv[2:]:
    for act in (api.autograde, api.generate_feedback):
        done = act(sys.argv[1], student, force=True)
        assert done["success"], done
"""


def everything_in(root: Path) -> dict[str, Any]:
    """All rows that belong to students, and every file that students or instructors get."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        rows = {
            submission.student.id: {
                "score": submission.score,
                "needs a person": submission.needs_manual_grade,
                "penalties": [n.late_submission_penalty for n in submission.notebooks],
                "grades": {
                    g.name: (g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade)
                    for n in submission.notebooks
                    for g in n.grades
                },
                "comments": {
                    c.name: (c.auto_comment, c.manual_comment)
                    for n in submission.notebooks
                    for c in n.comments
                },
            }
            for submission in gradebook.assignment_submissions(ASSIGNMENT)
        }
    files = {
        str(path.relative_to(root)): (
            path.stat().st_mode,
            hashlib.sha256(MEASURED.sub(b"", path.read_bytes())).hexdigest(),
        )
        for kind in ("autograded", "feedback")
        for path in sorted((root / kind).rglob("*"))
        if path.is_file()
    }
    return {"rows": rows, "files": files}


@pytest.fixture(scope="session")
def one_at_a_time(
    ungraded: Path, once: Callable[[str, Make], Path], cli: Callable[..., Run]
) -> Path:
    """With nothing stored, so that every submission is run again; so it is for each engine."""

    def make(folder: Path) -> None:
        shutil.copytree(ungraded, folder, dirs_exist_ok=True)
        done = cli(folder, *OURS, "--jobs", "1")
        assert done.returncode == 0, done.stdout + done.stderr

    return once("one-at-a-time", make)


@pytest.fixture
def fresh(ungraded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ungraded, tmp_path / "course"))


def test_everybody_has_rows_and_files(demo: Demo, one_at_a_time: Path) -> None:
    written = everything_in(one_at_a_time)
    assert set(written["rows"]) == set(demo.reports)
    assert len(written["files"]) == 2 * len(demo.reports)


def test_two_at_a_time_write_the_same(
    one_at_a_time: Path, fresh: Path, cli: Callable[..., Run]
) -> None:
    done = cli(fresh, *OURS, "--jobs", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert everything_in(fresh) == everything_in(one_at_a_time)


def test_dask_workers_write_the_same(
    one_at_a_time: Path, fresh: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    with dask(tmp_path / "cluster", path=os.environ["PATH"]) as machines:
        done = cli(fresh, *OURS, "--scheduler", machines.address)
    assert done.returncode == 0, done.stdout + done.stderr
    assert everything_in(fresh) == everything_in(one_at_a_time)


def test_nbgraders_own_commands_write_the_same(
    one_at_a_time: Path, graded_by_nbgrader: Path
) -> None:
    assert everything_in(graded_by_nbgrader) == everything_in(one_at_a_time)


def test_formgrader_writes_the_same(demo: Demo, one_at_a_time: Path, fresh: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", FORMGRADER, ASSIGNMENT, *demo.reports],
        cwd=fresh,
        check=True,
        capture_output=True,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    assert everything_in(fresh) == everything_in(one_at_a_time)
