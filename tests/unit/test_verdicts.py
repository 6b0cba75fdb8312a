"""A verdict is known as long as all in the repository that it follows from is the same."""

import json
import platform
import shutil
from pathlib import Path

import pytest

from autograder.authoring.bank import REFERENCE, Bank
from autograder.authoring.reference import write_reference
from autograder.authoring.release import gate
from autograder.authoring.verdicts import VerdictBook
from autograder.course.layout import Assignment, Course
from autograder.errors import CourseError
from autograder.grading import fingerprint
from autograder.sandbox import Sandbox

# Every task but `file`, which is judged on a file, judges every entry; `slow` is costly.
MARKS: dict[str, dict[str, object]] = {
    "quick": {},
    "slow": {"costly": True},
    "file": {"files": ["model.npz"], "needs": ["quick"]},
}
ENTRIES = (
    "accepted/quick__a.py",
    "accepted/quick__b.py",
    "wrong/quick__a.py",
    "wrong/quick__b.py",
    "wrong/slow__a.py",
    "wrong/file__a/model.npz",
    "hostile/quick__a.py",
    "hostile/quick__b.ipynb",
)


def cell(source: str, **metadata: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": []}


def notebook() -> str:
    cells = [cell("%run -i ../shared.py")]
    for task, more in MARKS.items():
        marks = {"grade_id": f"{task}_answer", "grade": False, "solution": True, "points": 0}
        cells.append(cell(f"def {task}():\n    return 1\n", nbgrader=marks))
        marks = {"grade_id": task, "grade": True, "solution": False, "points": 2}
        cells.append(cell("", nbgrader=marks, autograder=more))
    essay = {"grade_id": "essay", "grade": True, "solution": True, "points": 5}
    cells.append(cell("", nbgrader=essay))
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course of one assignment whose verdicts are all known; nothing in it was ever run."""
    files = {
        "nbgrader_config.py": "",
        "requirements.lock": "numpy==2.0\n",
        "source/shared.py": "import math\n",
        "source/toy/toy.ipynb": notebook(),
        "release/toy/toy.ipynb": notebook(),
        "solutions/toy/model.npz": "the reference's",
        "tests/hidden/toy/helper.py": "",
        "tests/hidden/toy/thresholds.toml": "",
        **{f"tests/hidden/toy/check_{task}.py": "" for task in MARKS},
        **{f"solutions/toy/{name}": "" for name in ENTRIES},
        "solutions/toy/hostile/quick__b.ipynb": notebook(),
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    found = Course(root=tmp_path)
    bank = bank_of(found)
    lines = {entry.name: {"score": 2.0, "failed_checks": []} for entry in bank.entries}
    bank.remember({REFERENCE: {"score": 6.0, "checks": []}, **lines})
    return found


def bank_of(course: Course, *, again: bool = False) -> Bank:
    return Bank(course.assignment("toy"), again=again)


def due(course: Course, *, again: bool = False) -> set[str]:
    return {entry.name for entry in bank_of(course, again=again).due}


def change(path: Path) -> None:
    """So that the content is another one; a notebook still is one."""
    path.parent.mkdir(exist_ok=True, parents=True)
    with path.open("a") as stream:
        stream.write("\n" if path.suffix == ".ipynb" else "\n# changed\n")


EVERY = {name.removesuffix("/model.npz") for name in ENTRIES}


def test_what_has_not_changed_is_known(course: Course) -> None:
    assert due(course) == set()
    assert REFERENCE in bank_of(course).known


def test_again_counts_nothing_as_known(course: Course) -> None:
    assert due(course, again=True) == EVERY


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("solutions/toy/wrong/quick__b.py", {"wrong/quick__b.py"}),
        ("solutions/toy/wrong/file__a/model.npz", {"wrong/file__a"}),
        ("solutions/toy/wrong/file__a/answer.py", {"wrong/file__a"}),
        # The reference's file is handed in where a task on files judges.
        ("solutions/toy/model.npz", {"hostile/quick__a.py", "hostile/quick__b.ipynb"}),
        ("tests/hidden/toy/check_quick.py", EVERY),
        # A costly task judges the first entry of each kind and task; one on files, hostile ones.
        (
            "tests/hidden/toy/check_slow.py",
            EVERY - {"accepted/quick__b.py", "wrong/quick__b.py", "hostile/quick__b.ipynb"},
        ),
        (
            "tests/hidden/toy/check_file.py",
            {"wrong/file__a", "hostile/quick__a.py", "hostile/quick__b.ipynb"},
        ),
        ("tests/hidden/toy/helper.py", EVERY),
        ("tests/hidden/toy/thresholds.toml", EVERY),
        ("source/shared.py", EVERY),
        ("requirements.lock", EVERY),
        ("release/toy/toy.ipynb", EVERY),
        ("release/toy/beside.csv", EVERY),
        # No verdict follows from these.
        ("source/toy/notes.txt", set()),
        ("solutions/toy/reference.ipynb", set()),
        ("tests/hidden/toy/__pycache__/helper.pyc", set()),
        (".autograder/data/toy/numbers.seed", set()),
        ("nbgrader_config.py", set()),
    ],
)
def test_change_makes_due_what_follows_from_it(
    course: Course, file: str, expected: set[str]
) -> None:
    change(course.root / file)
    assert due(course) == expected


def test_what_a_person_grades_judges_no_entry(course: Course) -> None:
    bank = bank_of(course)
    assert bank.assignment.max_score == 3 * 2
    judging = {task.name for entry in bank.entries for task in entry.judged_by.tasks}
    assert judging == set(MARKS)


def test_changed_source_makes_all_due_but_whole_notebooks(course: Course) -> None:
    path = course.root / "source" / "toy" / "toy.ipynb"
    path.write_text(path.read_text().replace("return 1", "return 2"))
    assert due(course) == EVERY - {"hostile/quick__b.ipynb"}
    assert REFERENCE not in bank_of(course).known


def test_changed_points_make_all_due(course: Course) -> None:
    path = course.root / "source" / "toy" / "toy.ipynb"
    path.write_text(path.read_text().replace('"points": 2', '"points": 3'))
    assert due(course) == EVERY


def test_changed_engine_makes_all_due(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.authoring.verdicts.verdict_code_hash", lambda: "other")
    assert due(course) == EVERY


def test_other_library_or_python_of_this_machine_makes_nothing_due(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprint, "version", lambda _: "0.0")
    monkeypatch.setattr(platform, "python_version", lambda: "3.0")
    assert due(course) == set()


@pytest.fixture
def run(course: Course, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What `release` ran. Nothing is run really; the reference is up to date and known as fair."""
    done: list[str] = []

    def run_reference(assignment: Assignment) -> None:
        done.append("reference")
        assignment.reference.write_text(notebook())

    def unfair_scores(*_: object) -> list[str]:
        done.append("gate")
        return []

    monkeypatch.setattr("autograder.authoring.reference._run_reference", run_reference)
    monkeypatch.setattr("autograder.authoring.release._unfair_scores", unfair_scores)
    release(course)
    assert done == ["reference", "gate"]
    done.clear()
    return done


def release(course: Course, *, again: bool = False) -> None:
    with Sandbox(course.root) as sandbox:
        write_reference(course.assignment("toy"), again=again)
        gate(course.assignment("toy"), sandbox, again=again)


def test_release_runs_neither_reference_nor_gate_where_nothing_changed(
    course: Course, run: list[str]
) -> None:
    release(course)
    assert run == []
    release(course, again=True)
    assert run == ["reference", "gate"]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("source/toy/beside.csv", ["reference"]),
        ("source/toy/sub/deeper.csv", ["reference"]),
        ("solutions/toy/reference.ipynb", ["reference"]),
        ("solutions/toy/model.npz", ["reference", "gate"]),
        ("requirements.lock", ["reference", "gate"]),
        ("source/shared.py", ["reference", "gate"]),
        ("release/toy/toy.ipynb", ["gate"]),
        ("tests/hidden/toy/check_quick.py", ["gate"]),
        ("solutions/toy/wrong/quick__a.py", []),
    ],
)
def test_release_runs_what_follows_from_a_change(
    course: Course, run: list[str], file: str, expected: list[str]
) -> None:
    change(course.root / file)
    release(course)
    assert run == expected


@pytest.mark.usefixtures("run")
def test_gate_that_does_not_let_a_release_pass_is_asked_again(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    (course.root / "tests/hidden/toy/check_quick.py").write_text("# changed")
    found = ["the reference earns 3"]
    monkeypatch.setattr("autograder.authoring.release._unfair_scores", lambda *_: found)
    with Sandbox(course.root) as sandbox:
        for _ in range(2):
            assert found[0] in gate(course.assignment("toy"), sandbox)


@pytest.mark.usefixtures("run")
def test_nothing_is_remembered_that_was_not_isolated(course: Course) -> None:
    book = course.root / "solutions/toy/verdicts.json"
    book.unlink()
    with Sandbox(course.root, isolate=False) as sandbox:
        gate(course.assignment("toy"), sandbox)
    assert not book.exists()


def test_entry_that_is_gone_loses_its_line_when_the_book_is_written(course: Course) -> None:
    book = VerdictBook(course.assignment("toy"))
    book.write({"gate": {"follows_from": "x"}}, instead_of=lambda _: False)
    gone = course.root / "solutions/toy/wrong/quick__b.py"
    gone.unlink()
    assert bank_of(course).surplus == {"wrong/quick__b.py"}
    bank_of(course).remember({})
    left = json.loads((course.root / "solutions/toy/verdicts.json").read_text())
    assert set(left) == EVERY - {"wrong/quick__b.py"} | {REFERENCE, "gate"}


def test_each_line_is_a_line(course: Course) -> None:
    """So that a change of one verdict reads as one in a diff."""
    text = (course.root / "solutions/toy/verdicts.json").read_text()
    assert len(text.splitlines()) == len(EVERY) + 1 + 2


def test_bank_kept_apart_knows_and_remembers_nothing(course: Course) -> None:
    apart = Path(shutil.copytree(course.root / "solutions", course.root / "apart"))
    bank = Bank(course.assignment("toy"), apart)
    assert {entry.name for entry in bank.due} == EVERY
    bank.remember({REFERENCE: {"score": 0.0, "checks": []}})
    book = "toy/verdicts.json"
    assert (apart / book).read_text() == (course.root / "solutions" / book).read_text()


def test_book_with_the_marks_of_a_merge_is_named_with_what_to_do(course: Course) -> None:
    path = course.root / "solutions/toy/verdicts.json"
    path.write_text("<<<<<<< ours\n" + path.read_text())
    with pytest.raises(CourseError, match="delete it, then run 'autograder verify'"):
        bank_of(course)
