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

from tests.conftest import ASSIGNMENT, Run
from tests.workflow.conftest import Demo
from tests.workflow.dask_cluster import dask

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


@pytest.fixture(scope="module")
def fresh(demo: Demo, tmp_path_factory: pytest.TempPathFactory, cli: Callable[..., Run]) -> Path:
    """The demo's course and submissions, with nothing graded."""
    root = tmp_path_factory.mktemp("fresh") / "course"
    for name in ("source", "tests/hidden"):
        shutil.copytree(demo.root / name / ASSIGNMENT, root / name / ASSIGNMENT)
    for module in (demo.root / "source").glob("*.py"):
        shutil.copy(module, root / "source")
    for student in demo.reports:
        handed_in = Path("submitted", student, ASSIGNMENT)
        shutil.copytree(demo.root / handed_in, root / handed_in)
    shutil.copy(demo.root / "nbgrader_config.py", root)
    if (demo.root / "quizzes").is_dir():
        shutil.copytree(demo.root / "quizzes", root / "quizzes")
    done = cli(root, "nbgrader", "generate_assignment", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    return root


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


def test_every_engine_writes_the_same_rows_and_the_same_files(
    demo: Demo, fresh: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    """With nothing stored, so that every submission is run anew by each."""

    def graded(*commands: list[str]) -> dict[str, Any]:
        root = Path(shutil.copytree(fresh, tmp_path / str(len(list(tmp_path.iterdir())))))
        for command in commands:
            done = cli(root, *command)
            assert done.returncode == 0, done.stdout + done.stderr
        return everything_in(root)

    ours = ["autograder", "grade", ASSIGNMENT]
    alone = graded([*ours, "--jobs", "1"])
    assert set(alone["rows"]) == set(demo.reports)
    assert len(alone["files"]) == 2 * len(demo.reports)
    assert graded([*ours, "--jobs", "2"]) == alone
    with dask(tmp_path / "cluster", path=os.environ["PATH"]) as machines:
        assert graded([*ours, "--scheduler", machines.address]) == alone
    nbgrader = (["nbgrader", step, ASSIGNMENT] for step in ("autograde", "generate_feedback"))
    assert graded(*nbgrader) == alone
    root = Path(shutil.copytree(fresh, tmp_path / "formgrader"))
    subprocess.run(
        [sys.executable, "-c", FORMGRADER, ASSIGNMENT, *demo.reports],
        cwd=root,
        check=True,
        capture_output=True,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    assert everything_in(root) == alone
