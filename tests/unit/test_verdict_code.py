"""What makes a verdict is hashed as a whole; what only shows or writes one is not."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograder
from autograder.grading.fingerprint import verdict_code_hash
from tests.conftest import ROOT


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the engine that a test may change, hashed instead of the one that runs."""
    copy = Path(shutil.copytree(ROOT / "autograder", tmp_path / "autograder"))
    monkeypatch.setattr(autograder, "__file__", str(copy / "__init__.py"))
    verdict_code_hash.cache_clear()
    yield copy
    verdict_code_hash.cache_clear()


def changed_by(file: Path) -> bool:
    """Whether the hash follows from this file."""
    before = verdict_code_hash()
    file.write_text(file.read_text() + "\n# Another line.\n")
    verdict_code_hash.cache_clear()
    return verdict_code_hash() != before


@pytest.mark.parametrize(
    "file",
    [
        "wire.py",
        "course/layout.py",
        "submission/mending.py",
        "sandbox/policy.py",
        "inside/worker.py",
        "checks/plugin.py",
        "grading/one.py",
    ],
)
def test_line_of_a_verdict_wing_changes_the_hash(package: Path, file: str) -> None:
    assert changed_by(package / file)


@pytest.mark.parametrize(
    "file", ["cli/app.py", "gradebook/book.py", "report/templates/page.css", "grading/store.py"]
)
def test_line_of_what_only_shows_or_keeps_one_does_not(package: Path, file: str) -> None:
    assert not changed_by(package / file)


def test_module_of_grading_is_in_the_hash_or_named_here(package: Path) -> None:
    outside = {"changes", "classroom", "dask", "fingerprint", "local", "store"}
    modules = {path.stem for path in (package / "grading").glob("*.py")}
    inside = {name for name in modules if changed_by(package / "grading" / f"{name}.py")}
    assert inside == modules - outside


def test_new_wing_is_either_in_the_hash_or_named_here(package: Path) -> None:
    """A wing that is forgotten would let stale verdicts stand."""
    outside = {"quiz", "authoring", "report", "gradebook", "showcase", "cli"}
    wings = {path.parent.name for path in package.glob("*/__init__.py")}
    inside = {wing for wing in wings if changed_by(package / wing / "__init__.py")}
    assert inside == wings - outside
