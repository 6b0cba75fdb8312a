"""Fixtures of the kit's own tests. Real bubblewrap, real nbgrader, real SQLite."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from autograder.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
ASSIGNMENT = "alignment-scores"
ASSIGNMENTS = sorted(path.parent.name for path in (ROOT / "source").glob("*/*.ipynb"))
GRADED = [name for name in ASSIGNMENTS if (ROOT / "tests" / "hidden" / name).is_dir()]
SCRIPTS = Path(sys.executable).parent
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
# Assignments' hidden checks are run by the engine, not by pytest's own collection.
collect_ignore = ["hidden"]

PATIENCE_S = 3600  # nothing is timed; only what hangs ends

Run = subprocess.CompletedProcess[str]


Make = Callable[[Path], object]


# Begun first, so that no long one is left over for one worker at the end.
FIRST = (
    "test_demo",
    "test_same_grades",
    "test_journeys",
    "test_postgresql",
    "test_numbers",
    "test_damage",
    "test_release",
    "test_two_users",
)
# These files stay with one worker, since their tests go on from one another or look at the same;
# all other tests go to the worker that is free. (pytest-xdist's own groups: pytest 9.2 ends them.)
TOGETHER = {
    "test_demo": "demo",
    "test_same_grades": "demo",
    "test_journeys": "journeys",
    "test_postgresql": "postgresql",
    "test_numbers": "numbers",
}


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # has no types
    """Gives a worker one test after the other, or one group."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(Path(nodeid.partition("::")[0]).stem, nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""
    place = {name: number for number, name in enumerate(FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(FIRST)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, Any]:
    """Continuous integration runs as root on a machine where nothing is missing: no test skips."""
    report = yield
    if report.skipped and "CI" in os.environ and os.geteuid() == 0:
        report.outcome, report.longrepr = "failed", f"{item.nodeid} was skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str, Make], Path]:
    """Make a folder once for all workers of a run; `make` gets it empty. Nobody may change it."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent

    def made(name: str, make: Make) -> Path:
        folder, whole = shared / name, shared / f"{name}.whole"
        with FileLock(shared / f"{name}.lock"):
            if not whole.exists():
                shutil.rmtree(folder, ignore_errors=True)  # what a worker left that failed
                folder.mkdir()
                make(folder)
                whole.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(ROOT) as shared:
        yield shared


def copy_course(root: Path, assignment: str) -> Path:
    """A course folder as a fresh clone has it, with one assignment."""
    for name in ("source", "release", "tests/hidden", "solutions"):
        if (ROOT / name / assignment).is_dir():  # a lesson without tasks has no hidden checks
            shutil.copytree(ROOT / name / assignment, root / name / assignment)
    for module in (ROOT / "source").glob("*.py"):  # what notebooks share
        shutil.copy(module, root / "source")
    if (ROOT / "quizzes" / f"{assignment}.json").is_file():
        (root / "quizzes").mkdir(exist_ok=True)
        shutil.copy(ROOT / "quizzes" / f"{assignment}.json", root / "quizzes")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return root


@pytest.fixture(scope="session")
def pristine(once: Callable[[str, Make], Path]) -> Path:
    return once("pristine", lambda folder: copy_course(folder, ASSIGNMENT))


@pytest.fixture
def course(pristine: Path, tmp_path: Path) -> Path:
    """A copy of the course that a test may change."""
    return Path(shutil.copytree(pristine, tmp_path / "course"))


@pytest.fixture(scope="session")
def generated(once: Callable[[str, Make], Path], cli: Callable[..., Run]) -> Path:
    """The course with its assignment in the gradebook; made once, since that takes seconds."""

    def make(folder: Path) -> None:
        copy_course(folder, ASSIGNMENT)
        done = cli(folder, "nbgrader", "generate_assignment", ASSIGNMENT, "--force")
        assert done.returncode == 0, done.stderr

    return once("generated", make)


@pytest.fixture
def published(generated: Path, tmp_path: Path) -> Path:
    """A copy of the course with its assignment in the gradebook, which a test may change."""
    return Path(shutil.copytree(generated, tmp_path / "course"))


@pytest.fixture(scope="session")
def cli() -> Callable[..., Run]:
    """Run one of our or nbgrader's commands in a course folder."""

    def run(folder: Path, *command: str, **kwargs: Any) -> Run:
        program = SCRIPTS / command[0]
        return subprocess.run(
            [str(program), *command[1:]],
            cwd=folder,
            capture_output=True,
            text=True,
            **{"timeout": PATIENCE_S, **kwargs},
        )

    return run


def notebook_of(folder: Path, kind: str = "source", name: str = ASSIGNMENT) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads((folder / kind / name / f"{name}.ipynb").read_text())
    return notebook


def hand_in(folder: Path, student: str, notebook: dict[str, Any] | str | bytes) -> Path:
    """Put a submission where nbgrader's collect would."""
    path = folder / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(notebook, dict):
        notebook = json.dumps(notebook)
    path.write_bytes(notebook.encode() if isinstance(notebook, str) else notebook)
    return path


def as_ordinary_user(
    command: Sequence[str], writable: Path, *, user: int = 4711, more: Sequence[str] = ()
) -> list[str]:
    """The command line that runs `command` as an ordinary user when we are root.

    `writable` is that user's /tmp; `more` are bubblewrap's arguments for home and folder.
    Folders that only root may enter, such as a Python below /root, are opened for this run alone.
    """
    if os.geteuid() != 0:
        return list(command)
    needed = {Path(sys.base_prefix), Path(sys.prefix), ROOT, Path("/usr")}
    argv = ["bwrap", "--bind", "/", "/", "--dev-bind", "/dev", "/dev"]
    closed = {p for n in needed for p in n.parents if p.stat().st_mode & 0o005 != 0o005}
    for parent in sorted(closed):
        argv += ["--tmpfs", str(parent), "--chmod", "0755", str(parent)]
    writable.chmod(0o777)
    argv += ["--bind", str(writable), "/tmp"]
    covered = {*closed, Path("/tmp")}
    for folder in sorted(needed):
        if covered & set(folder.parents):
            for parent in reversed(folder.parents):
                if covered & set(parent.parents):
                    argv += ["--perms", "0755", "--dir", str(parent)]
            argv += ["--ro-bind", str(folder), str(folder)]
    argv += more or ["--setenv", "HOME", "/tmp/home", "--chdir", str(ROOT)]
    number = str(user)
    become = ["setpriv", "--reuid", number, "--regid", number, "--clear-groups"]
    return [*argv, "--", *become, *command]
