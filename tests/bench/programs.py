"""The three programs: grade a class in a folder of its own, and say what each student got."""

import json
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from classes import (
    ROOT,
    Handed,
    check_of,
    hand_in,
    keep_hidden_examples,
    make_standin,
    own_course,
    stock_notebook,
)
from metered import Spent, run

from autograder.course import Assignment
from autograder.dataset import DataStore
from autograder.graders import processors
from autograder.specimen import grade_id

WORK = ROOT / ".bench"
SCRIPTS = Path(sys.executable).parent
LIMIT_S = {"alignment-scores": 30, "bilstm-attention": 180}
_SAME = ["numpy", "tensorflow-cpu", "keras", "scipy", "scikit-learn", "ipykernel"]


def environment(scripts: Path, home: Path, **more: str) -> dict[str, str]:
    path = f"{scripts}:/usr/local/bin:/usr/bin:/bin"
    return {"PATH": path, "HOME": str(home), "TF_CPP_MIN_LOG_LEVEL": "3", **more}


def measured(spent: Spent, scores: dict[str, float | None]) -> dict[str, Any]:
    """What is kept of a run."""
    found = {k: v for k, v in asdict(spent).items() if k != "lines"}
    return {**found, "scores": scores}


class Kit:
    """This kit, from a cold start: processes, imports and gradebook are new."""

    name = "this kit"

    def grade(
        self, assignment: Assignment, handed: Sequence[Handed], jobs: int | None = None
    ) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            root = own_course(Path(folder, "course"), assignment.name, handed)
            self.prepare(root, assignment)
            command = [SCRIPTS / "autograder", "grade", assignment.name, "--json", "report.json"]
            if jobs:
                command += ["--jobs", str(jobs)]
            spent = run(command, root, self._environment(root))
            report = _report(root / "report.json", spent)
        return measured(spent, {one["student"]: one["score"] for one in report})

    def _environment(self, root: Path) -> dict[str, str]:
        return environment(SCRIPTS, root, PYTHONPATH=str(ROOT))

    def prepare(self, root: Path, assignment: Assignment) -> None:
        """What an instructor does once, long before grading: the release, and hidden examples."""
        command = [SCRIPTS / "nbgrader", "generate_assignment", assignment.name, "--force"]
        _must(run(command, root, self._environment(root)), "generate_assignment")
        if DataStore.declared_by(assignment):
            command = [SCRIPTS / "python", "-c", _MAKE_DATA.format(assignment.name)]
            _must(run(command, root, self._environment(root)), "the hidden examples")


_MAKE_DATA = """
from pathlib import Path
from autograder.course import Course
from autograder.dataset import DataStore
DataStore(Course(root=Path.cwd()).assignment({!r})).dataset()
"""


class Nbgrader:
    """Stock nbgrader, its default configuration; hidden checks as hidden tests in its cells."""

    name = "stock nbgrader"

    def grade(self, assignment: Assignment, handed: Sequence[Handed]) -> dict[str, Any]:
        name = assignment.name
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            root, standin = Path(folder, "course"), _standin(Path(folder), assignment)
            (root / "source" / name).mkdir(parents=True)
            notebook = json.dumps(stock_notebook(assignment, standin))
            (root / "source" / name / f"{name}.ipynb").write_text(notebook)
            config = f"c = get_config()\nc.Execute.timeout = {LIMIT_S[name]}\n"
            (root / "nbgrader_config.py").write_text(config)
            hand_in(root, name, handed)
            around = environment(SCRIPTS, root)
            nbgrader = SCRIPTS / "nbgrader"
            _must(run([nbgrader, "generate_assignment", name], root, around), name)
            spent = run([nbgrader, "autograde", name], root, around)
            starts = [at for at, line in spent.lines if "Converting notebook" in line]
            found = measured(spent, _gradebook_scores(root, name))
        return {**found, "start_s": starts[0] if starts else spent.wall_s}


class Otter:
    """Otter-Grader without containers: `otter run` for each, as many at a time as processors."""

    name = "Otter-Grader"

    def __init__(self) -> None:
        self._venv = WORK / "otter"

    def version(self) -> str:
        """The installed version, or nothing."""
        mark = self._venv / "version"
        return mark.read_text() if mark.is_file() else ""

    def install(self) -> None:
        """The latest release, with the kit's versions of what notebooks import.

        Raises:
            SystemExit: if that cannot be done, for example without a network.
        """
        if not self.version():
            shutil.rmtree(self._venv, ignore_errors=True)
            around = environment(SCRIPTS, WORK)
            base = [sys.executable, "-m", "venv", self._venv]
            _must(run(base, WORK, around), "Otter's environment")
            same = [f"{name}=={version(name)}" for name in _SAME if _installed(name)]
            pip = [self._venv / "bin" / "python", "-m", "pip", "install", "--quiet"]
            _must(run([*pip, "otter-grader", *same], WORK, _own_environment()), "Otter")
            command = [self._venv / "bin" / "python", "-c", _OTTER_VERSION]
            found = run(command, WORK, around).lines[-1][1]
            (self._venv / "version").write_text(found)

    def grade(self, assignment: Assignment, handed: Sequence[Handed]) -> dict[str, Any]:
        self.install()
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            root, standin = Path(folder), _standin(Path(folder), assignment)
            _otter_zip(root / "autograder.zip", assignment, standin)
            submissions = [_otter_submission(root, assignment.name, one) for one in handed]
            scripts = self._venv / "bin"
            job = {
                "otter": str(scripts / "otter"),
                "zip": str(root / "autograder.zip"),
                "jobs": processors(),
                "timeout_s": 2 * LIMIT_S[assignment.name],
                "submissions": [str(path) for path in submissions],
            }
            command = [sys.executable, Path(__file__).with_name("otter_class.py"), json.dumps(job)]
            spent = run(command, root, environment(scripts, root))
            _must(spent, "otter run")
            scores = {path.parent.name: _otter_score(path) for path in submissions}
        seconds = json.loads(spent.lines[-1][1])
        return {**measured(spent, scores), "seconds": seconds, "start_s": 0.0}


_OTTER_VERSION = "from importlib.metadata import version; print(version('otter-grader'))"
_OTTER_TEST = """
import sys
sys.path.insert(0, {standin!r})
import direct
from otter.test_files import test_case
OK_FORMAT, name, points = False, {task!r}, None
globals().update(direct.test_cases({text!r}, {path!r}, test_case))
"""


def _otter_zip(path: Path, assignment: Assignment, standin: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"show_hidden": True}))
        for task in assignment.tasks:
            text, place = check_of(assignment, task.name, standin)
            test = _OTTER_TEST.format(standin=str(standin), task=task.name, text=text, path=place)
            archive.writestr(f"tests/{task.name}.py", test)


def _otter_submission(root: Path, name: str, handed: Handed) -> Path:
    """The notebook without nbgrader's test cells, in whose place Otter runs its test files."""
    folder = root / "submissions" / handed.student
    folder.mkdir(parents=True)
    text = handed.text
    try:
        notebook = json.loads(text)
    except ValueError:
        pass
    else:
        graded = lambda c: c["metadata"].get("nbgrader", {}).get("grade")  # noqa: E731
        notebook["cells"] = [c for c in notebook["cells"] if not graded(c)]
        assert any(grade_id(c) for c in notebook["cells"])
        text = json.dumps(notebook)
    path = folder / f"{name}.ipynb"
    path.write_text(text)
    if not handed.files:
        return path
    with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
        archive.write(path, path.name)
        for file, content in handed.files.items():
            archive.writestr(file, content)
    return folder / f"{name}.zip"


def _otter_score(submission: Path) -> float | None:
    try:
        report = json.loads((submission.parent / "results" / "results.json").read_text())
    except (OSError, ValueError):
        return None
    scores = [t["score"] for t in report["tests"] if t.get("score") is not None]
    return float(sum(scores)) if scores else None


def _standin(folder: Path, assignment: Assignment) -> Path:
    standin = make_standin(folder / "standin")
    if DataStore.declared_by(assignment):
        keep_hidden_examples(assignment, standin)
    return standin


def _gradebook_scores(root: Path, name: str) -> dict[str, float | None]:
    """Scores of those who have been graded; a submission that failed has none."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        rows = gradebook.assignment_submissions(name)
        return {
            row.student_id: row.score if _graded(root, name, row.student_id) else None
            for row in rows
        }


def _graded(root: Path, name: str, student: str) -> bool:
    return (root / "autograded" / student / name / f"{name}.ipynb").is_file()


def _report(path: Path, spent: Spent) -> list[dict[str, Any]]:
    if not path.is_file():
        _must(spent, "autograder grade")
    return json.loads(path.read_text())


def _must(spent: Spent, what: str) -> None:
    if spent.code != 0:
        said = "\n".join(line for _, line in spent.lines[-15:])
        raise SystemExit(f"{what} failed with exit code {spent.code}:\n{said}")


def _installed(name: str) -> bool:
    try:
        return bool(version(name))
    except ImportError:
        return False


def _own_environment() -> dict[str, str]:
    """For pip: the user's settings count, such as which index to ask."""
    return dict(os.environ)
