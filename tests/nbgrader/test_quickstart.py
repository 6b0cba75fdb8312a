"""nbgrader's example course: every submission that its documentation ships has stock's scores."""

import os
import re
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbgrader
import pytest
from nbgrader.api import Gradebook

from tests.conftest import Run
from tests.workflow.elsewhere import CONFIG

GUIDE = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"
DOWNLOADED = re.compile(r"ps1_(\w+)_attempt_[\d-]+_(problem\d)\.ipynb")
STOCK = "c = get_config()\nc.CourseDirectory.root = {root!r}\n"
CHOSEN = 'c.IncludeHeaderFooter.header = "source/header.ipynb"\n'


def downloaded(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """The student, the notebook's name and the file of each that stands in a download."""
    archive = GUIDE / "downloaded" / "ps1" / "archive"
    with zipfile.ZipFile(archive / "notebooks.zip") as packed:
        packed.extractall(folder)
    for path in sorted([*archive.glob("*.ipynb"), *folder.rglob("*.ipynb")]):
        found = DOWNLOADED.fullmatch(path.name)
        if found and "__MACOSX" not in path.parts:
            yield f"{found[1]}-downloaded", found[2], path


def grades(root: Path, config: str, cli: Callable[..., Run], *commands: str) -> dict[str, Any]:
    """What the gradebook holds of each graded cell once the class is graded by `commands`."""
    for name in ("source/ps1", "submitted"):
        shutil.copytree(GUIDE / name, root / name)
    shutil.copy(GUIDE / "source" / "header.ipynb", root / "source")
    for student, notebook, path in downloaded(root / "unpacked"):
        target = root / "submitted" / student / "ps1" / f"{notebook}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    (root / "nbgrader_config.py").write_text(config + CHOSEN)
    for command in ("nbgrader generate_assignment ps1", *commands):
        done = cli(root, *command.split())
        waits = command.startswith("autograder")  # it says so by 1: answers wait for a person
        assert done.returncode == int(waits), done.stdout + done.stderr
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        return {
            f"{submission.student.id}/{notebook.name}/{grade.name}": (
                grade.auto_score,
                grade.needs_manual_grade,
                grade.max_score,
            )
            for submission in gradebook.assignment_submissions("ps1")
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


@pytest.mark.nightly
def test_the_same_scores_as_from_stock(
    tmp_path: Path, cli: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    # There stock nbgrader looks for what makes a gradebook.
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    roots = [tmp_path / name for name in ("stock", "ours", "nbgrader")]
    for root in roots:
        root.mkdir()
    stock = grades(
        roots[0],
        STOCK.format(root=str(roots[0])),
        cli,
        "nbgrader update .",  # stock nbgrader reads none of the downloaded ones without it
        "nbgrader autograde ps1",
    )
    students = {name.partition("/")[0] for name in stock}
    assert students == {"bitdiddle", "hacker", "bitdiddle-downloaded", "hacker-downloaded"}
    assert grades(roots[1], CONFIG, cli, "autograder grade ps1") == stock
    assert grades(roots[2], CONFIG, cli, "nbgrader autograde ps1") == stock
