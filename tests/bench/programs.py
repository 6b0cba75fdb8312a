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

from nbgrader.api import Gradebook

from autograder.course.dataset import STORE, DataStore
from autograder.course.layout import Assignment
from autograder.grading.local import processors
from tests.bench.classes import (
    ROOT,
    Handed,
    check_of,
    hand_in,
    keep_hidden_examples,
    make_standin,
    own_course,
    stock_notebook,
)
from tests.bench.metered import Spent, run

WORK = ROOT / ".bench"
SCRIPTS = Path(sys.executable).parent
LIMIT_S = {"alignment-scores": 30, "bilstm-attention": 180}
Scores = dict[str, float]  # points by task
_SAME = ["numpy", "tensorflow-cpu", "keras", "scipy", "scikit-learn", "ipykernel"]


def environment(scripts: Path, home: Path, **more: str) -> dict[str, str]:
    path = f"{scripts}:/usr/local/bin:/usr/bin:/bin"
    return {"PATH": path, "HOME": str(home), "TF_CPP_MIN_LOG_LEVEL": "3", **more}


def totals(scores: dict[str, Scores | None]) -> dict[str, float | None]:
    return {
        student: None if tasks is None else sum(tasks.values()) for student, tasks in scores.items()
    }


def measured(spent: Spent, scores: dict[str, float | None]) -> dict[str, Any]:
    """What is kept of a run."""
    found = {k: v for k, v in asdict(spent).items() if k != "lines"}
    return {**found, "scores": scores}


class Kit:
    """This kit from a cold start: new processes, imports and gradebook."""

    name = "this kit"

    def grade(
        self, assignment: Assignment, handed: Sequence[Handed], jobs: int | None = None
    ) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            root = own_course(Path(folder, "course"), assignment.name, handed)
            self.prepare(root, assignment)
            command = self.command(assignment.name)
            if jobs:
                command += ["--jobs", str(jobs)]
            spent = run(command, root, self.environment(root))
            report = _report(root / "report.json", spent)
        return measured(spent, {one["student"]: one["score"] for one in report})

    def command(self, name: str) -> list[str | Path]:
        """Grades what was handed in, in the course's folder; report.json says the rest."""
        return [SCRIPTS / "autograder", "grade", name, "--json", "report.json"]

    def environment(self, root: Path) -> dict[str, str]:
        return environment(SCRIPTS, root, PYTHONPATH=str(ROOT))

    def prepare(self, root: Path, assignment: Assignment) -> None:
        """What an instructor does once, long before grading: the release, and hidden examples."""
        command = [str(SCRIPTS / "nbgrader"), "generate_assignment", assignment.name, "--force"]
        _must(run(command, root, self.environment(root)), "generate_assignment")
        if DataStore.declared_by(assignment):
            # Those that rivals have, too: a new folder would make others.
            DataStore(assignment).dataset()
            shutil.copytree(assignment.root / STORE, root / STORE)


class Nbgrader:
    """Stock nbgrader, its default configuration; hidden checks as hidden tests in its cells."""

    name = "stock nbgrader"

    def grade(self, assignment: Assignment, handed: Sequence[Handed]) -> dict[str, Any]:
        name = assignment.name
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            root = self.lay_out(Path(folder), assignment, handed)
            spent = run(self.command(name), root, environment(SCRIPTS, root))
            starts = [at for at, line in spent.lines if "Converting notebook" in line]
            found = measured(spent, totals(self.scores(root, name)))
        return {**found, "start_s": starts[0] if starts else spent.wall_s}

    def lay_out(self, folder: Path, assignment: Assignment, handed: Sequence[Handed]) -> Path:
        """The course's folder, with hidden checks in the cells, released and handed in."""
        name = assignment.name
        root, standin = folder / "course", _standin(folder, assignment)
        (root / "source" / name).mkdir(parents=True)
        notebook = json.dumps(stock_notebook(assignment, standin))
        (root / "source" / name / f"{name}.ipynb").write_text(notebook)
        config = f"c = get_config()\nc.Execute.timeout = {LIMIT_S[name]}\n"
        (root / "nbgrader_config.py").write_text(config)
        hand_in(root, name, handed)
        command = [str(SCRIPTS / "nbgrader"), "generate_assignment", name]
        _must(run(command, root, environment(SCRIPTS, root)), name)
        return root

    def command(self, name: str) -> list[str | Path]:
        return [SCRIPTS / "nbgrader", "autograde", name]

    def scores(self, root: Path, name: str) -> dict[str, Scores | None]:
        """By student and task; None for a submission that has not been graded."""
        with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
            return {
                row.student.id: {grade.name: grade.score for grade in row.notebooks[0].grades}
                if _graded(root, name, row.student.id)
                else None
                for row in gradebook.assignment_submissions(name)
            }


class Otter:
    """Otter-Grader without containers: `otter run` for each, as many at a time as processors."""

    name = "Otter-Grader"

    def __init__(self) -> None:
        self._venv = WORK / "otter"
        self.scripts = self._venv / "bin"

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
            base = [sys.executable, "-m", "venv", str(self._venv)]
            _must(run(base, WORK, around), "Otter's environment")
            same = [f"{name}=={version(name)}" for name in _SAME if _installed(name)]
            python = str(self.scripts / "python")
            pip = [python, "-m", "pip", "install", "--quiet"]
            _must(run([*pip, "otter-grader", *same], WORK, _own_environment()), "Otter")
            found = run([python, "-c", _OTTER_VERSION], WORK, around).lines[-1][1]
            (self._venv / "version").write_text(found)

    def grade(self, assignment: Assignment, handed: Sequence[Handed]) -> dict[str, Any]:
        self.install()
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            root = Path(folder)
            submissions = self.lay_out(root, assignment, handed)
            command = self.command(root, assignment.name, submissions, jobs=processors())
            spent = run(command, root, environment(self.scripts, root))
            _must(spent, "otter run")
            scores = totals(self.scores(submissions))
        seconds = json.loads(spent.lines[-1][1])
        return {**measured(spent, scores), "seconds": seconds, "start_s": 0.0}

    def lay_out(self, root: Path, assignment: Assignment, handed: Sequence[Handed]) -> list[Path]:
        """Hidden checks as test files in a zip; the submissions' own files."""
        _otter_zip(root / "autograder.zip", assignment, _standin(root, assignment))
        return [_otter_submission(root, assignment.name, one) for one in handed]

    def command(
        self, root: Path, name: str, submissions: Sequence[Path], *, jobs: int
    ) -> list[str | Path]:
        """Grades them; its last line says the seconds of each, None for one that was ended."""
        job = {
            "otter": str(self.scripts / "otter"),
            "zip": str(root / "autograder.zip"),
            "jobs": jobs,
            "timeout_s": 2 * LIMIT_S[name],
            "submissions": [str(path) for path in submissions],
        }
        return [sys.executable, Path(__file__).with_name("otter_class.py"), json.dumps(job)]

    def scores(self, submissions: Sequence[Path]) -> dict[str, Scores | None]:
        """By student and task; None for a submission that has not been graded."""
        return {path.parent.name: _otter_scores(path) for path in submissions}


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
    path = folder / f"{name}.ipynb"
    path.write_text(without_test_cells(handed.text))
    if not handed.files:
        return path
    with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
        archive.write(path, path.name)
        for file, content in handed.files.items():
            archive.writestr(file, content)
    return folder / f"{name}.zip"


def without_test_cells(text: str) -> str:
    """A file that is not a notebook is handed in as it is, and so are odd cells."""
    try:
        notebook = json.loads(text)
    except ValueError:
        return text
    notebook["cells"] = [cell for cell in notebook["cells"] if not _is_test_cell(cell)]
    return json.dumps(notebook)


def _is_test_cell(cell: Any) -> bool:
    try:
        return bool(cell["metadata"]["nbgrader"]["grade"])
    except (TypeError, KeyError):
        return False


def _otter_scores(submission: Path) -> Scores | None:
    try:
        report = json.loads((submission.parent / "results" / "results.json").read_text())
    except (OSError, ValueError):
        return None
    found: Scores = {}
    for test in report["tests"]:
        if test.get("score") is not None:
            task = test["name"].partition(" ")[0]
            found[task] = found.get(task, 0.0) + float(test["score"])
    return found or None


def _standin(folder: Path, assignment: Assignment) -> Path:
    standin = make_standin(folder / "standin")
    if DataStore.declared_by(assignment):
        keep_hidden_examples(assignment, standin)
    return standin


def _graded(root: Path, name: str, student: str) -> bool:
    return (root / "autograded" / student / name / f"{name}.ipynb").is_file()


def _report(path: Path, spent: Spent) -> list[dict[str, Any]]:
    if not path.is_file():
        _must(spent, "autograder grade")
    report: list[dict[str, Any]] = json.loads(path.read_text())
    return report


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
    """For pip, which needs the user's settings, such as the index to ask."""
    return dict(os.environ)
