"""An nbgrader assignment from elsewhere is graded as stock nbgrader does, without its traps."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.course.layout import Course
from autograder.errors import CourseError, NotebookError
from autograder.submission.reading import read_submission
from tests.conftest import Run
from tests.workflow.elsewhere import (
    CONFIG,
    PYTHON,
    answered,
    cell,
    generate,
    graded,
    notebook,
    write,
)

SQUARE = "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION"
RIGHT, WRONG = "def square(x):\n    return x * x", "def square(x):\n    return x + x"
R = {"display_name": "R", "language": "R", "name": "ir"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path / "nbgrader_config.py", CONFIG)
    return tmp_path


def scores(reports: dict[str, dict[str, Any]]) -> dict[str, float | None]:
    return {student: report["score"] for student, report in reports.items()}


def in_gradebook(root: Path, name: str, student: str) -> dict[str, float | None]:
    """The automatic scores of every cell, by notebook and name."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        notebooks = gradebook.find_submission(name, student).notebooks
        return {f"{n.name}/{g.name}": g.auto_score for n in notebooks for g in n.grades}


def test_tests_that_the_build_makes_are_those_that_are_run(
    root: Path, cli: Callable[..., Run]
) -> None:
    """AUTOTEST, hidden tests and own delimiters: a blank submission must not pass an empty test."""
    write(
        root / "nbgrader_config.py",
        CONFIG + 'c.ClearHiddenTests.begin_test_delimeter = "VON HIER"\n'
        'c.ClearHiddenTests.end_test_delimeter = "BIS HIER"\n',
    )
    templates = {
        "default": [{"test": "type({{snippet}}) == int", "fail": "no int"}],
        "int": [{"test": "{{snippet}}", "fail": "another value"}],
    }
    setup = "from hashlib import sha1"
    hidden = "assert square(1) == 1\n### VON HIER\nassert square(5) == 25\n### BIS HIER"
    cells = [
        cell("square", SQUARE),
        cell("made", "### AUTOTEST square(4)", points=3),
        cell("hidden", hidden, points=2),
    ]
    write(root / "source" / "ps" / "ps.ipynb", notebook(cells))
    made = {
        "setup": setup,
        "hash": 'sha1({{snippet}}.encode("utf-8")+b"{{salt}}").hexdigest()',
        "normalize": "str({{snippet}})",
        "check": 'assert {{snippet}} == """{{value}}""", """{{message}}"""',
        "dispatch": "type({{snippet}})",
        "success": "print('Success!')",
        "templates": templates,
    }
    write(root / "source" / "ps" / "autotests.yml", json.dumps({"python3": made}))
    generate(root, cli, "ps")
    release = Path("release/ps/ps.ipynb")
    assert "AUTOTEST" not in (root / release).read_text()
    assert "25" not in (root / release).read_text()
    for student, answer in {"right": RIGHT, "wrong": WRONG}.items():
        text = answered(root, release, {"square": answer})
        write(root / "submitted" / student / "ps" / "ps.ipynb", text)
    write(root / "submitted" / "blank" / "ps" / "ps.ipynb", (root / release).read_text())
    # What is judged is what was released, whatever became of the source since then.
    write(root / "source" / "ps" / "ps.ipynb", notebook([*cells[:1], cell("made", "1", points=3)]))
    reports = graded(root, cli, "ps")
    assert scores(reports) == {"blank": 0, "right": 5, "wrong": 0}
    assert not any(report["mended"] for report in reports.values())


LAST_VALUES: dict[str, float | None] = {
    "np.float64(1.5)": 1.5,
    "np.float32(0.5)": 0.5,
    "np.int64(1)": 1,
    "np.array(1.0)": 1,
    "0": 0,
    "None": 2,
    "1;": 2,
    "3.0": None,
    "-1": None,
    "float('nan')": None,
    "True": None,
    "'2'": None,
    "np.array([1.0])": None,
    "[1.0]": None,
}


def test_partial_credit(root: Path, cli: Callable[..., Run]) -> None:
    """A test cell's last value, of those that are a score and those that are none."""
    cells = [cell("answer", "x = 1"), cell("ready", "import numpy as np", points=1)]
    cells += [cell(f"t{n}", last, points=2) for n, last in enumerate(LAST_VALUES)]
    write(root / "source" / "ps" / "ps.ipynb", notebook(cells))
    generate(root, cli, "ps")
    write(root / "submitted/one/ps/ps.ipynb", (root / "release/ps/ps.ipynb").read_text())
    tasks = graded(root, cli, "ps")["one"]["tasks"]
    scores = {name: task["score"] for name, task in tasks.items()}
    assert scores.pop("ready") == 1
    assert dict(zip(LAST_VALUES, scores.values(), strict=True)) == LAST_VALUES
    rows = {f"ps/{name}": score for name, score in scores.items()}
    assert in_gradebook(root, "ps", "one") == {"ps/ready": 1, **rows}
    for name, score in scores.items():
        task = tasks[name]
        assert task["status"] == ("needs_review" if score is None else "graded")
        if score is None:
            assert task["checks"][0]["outcome"] == "grader_fault"
            assert "its test cell ends in" in task["checks"][0]["message"]


def test_several_notebooks_under_any_names_are_one_submission(
    root: Path, cli: Callable[..., Run]
) -> None:
    for name in ("p1", "p2"):
        cells = [cell("square", SQUARE), cell("test", "assert square(3) == 9", points=2)]
        write(root / "source" / "ps" / f"{name}.ipynb", notebook(cells))
    generate(root, cli, "ps")

    def hand_in(student: str, *, into: str = "{}.ipynb", **answers: str) -> None:
        for name, answer in answers.items():
            text = answered(root, Path(f"release/ps/{name}.ipynb"), {"square": answer})
            write(root / "submitted" / student / "ps" / into.format(name), text)

    hand_in("both", p1=RIGHT, p2=WRONG)
    hand_in("deeper", p1=RIGHT, p2=RIGHT, into="mine/{}.ipynb")
    hand_in("first", p1=RIGHT)
    for student in ("blank", "broken", "packed", "renamed"):
        hand_in(student, p1=RIGHT)
    write(root / "submitted/blank/ps/p2.ipynb", (root / "release/ps/p2.ipynb").read_text())
    write(root / "submitted/broken/ps/p2.ipynb", "{")
    write(root / "submitted/packed/ps/p2.zip", "PK")
    write(root / "submitted/nothing/ps/notes.txt", "I could not do it.")
    hand_in("renamed", p2=RIGHT, into="{} (1).ipynb")
    reports = graded(root, cli, "ps")
    known = {"both": 2, "deeper": 4, "first": 2, "blank": 2, "renamed": 4}
    assert scores(reports) == {**known, "broken": None, "nothing": None, "packed": None}
    assert reports["first"]["mended"] == ["p2: p2.ipynb was not handed in"]
    assert "p2: taken for p2.ipynb: 'p2 (1).ipynb'" in reports["renamed"]["mended"]
    assert "there is no p2.ipynb" in reports["packed"]["mended"][0]
    for student, report in reports.items():
        tasks = {name: task["score"] for name, task in report["tasks"].items()}
        assert list(tasks) == ["p1/test", "p2/test"]
        assert in_gradebook(root, "ps", student) == tasks
    done = cli(root, "autograder", "check", "submitted/both/ps/p1.ipynb", "-a", "ps")
    assert done.returncode == 0, done.stdout + done.stderr
    for command in ("release", "verify", "doctor"):  # of all, they go on with the others
        done = cli(root, "autograder", command)
        assert done.returncode == 0, done.stdout + done.stderr


def test_folders_are_those_of_the_configuration(root: Path, cli: Callable[..., Run]) -> None:
    folders = ("source", "release", "submitted", "autograded", "feedback")
    lines = [f'c.CourseDirectory.{name}_directory = "my/{name[:3]}"\n' for name in folders]
    structure = 'c.CourseDirectory.directory_structure = "{nbgrader_step}/{assignment_id}/'
    write(root / "nbgrader_config.py", CONFIG + "".join(lines) + structure + '{student_id}"\n')
    cells = [cell("square", SQUARE), cell("test", "assert square(3) == 9", points=2)]
    write(root / "my" / "sou" / "ps" / "any.ipynb", notebook(cells))
    generate(root, cli, "ps")
    text = answered(root, Path("my/rel/ps/any.ipynb"), {"square": RIGHT})
    write(root / "my" / "sub" / "ps" / "ada" / "any.ipynb", text)
    assert scores(graded(root, cli, "ps")) == {"ada": 2}
    assert (root / "my/aut/ps/ada/any.ipynb").is_file()
    assert (root / "my/fee/ps/ada/any.html").is_file()
    assert not (root / "submitted").exists()


@pytest.mark.parametrize(
    "command", [["grade"], ["release"], ["verify"], ["check", "x.ipynb", "-a"]]
)
def test_another_kernel_is_refused_by_name(
    root: Path, cli: Callable[..., Run], command: list[str]
) -> None:
    write(root / "source" / "ps" / "ps.ipynb", notebook([cell("t", "1", points=1)], kernel=R))
    write(root / "submitted" / "a" / "ps" / "ps.ipynb", notebook([], kernel=R))
    write(root / "x.ipynb", notebook([]))
    done = cli(root, "autograder", *command, "ps")
    assert done.returncode == 2
    assert "'ir' (R)" in done.stderr
    assert "Traceback" not in done.stderr


def test_nbgraders_own_autograde_refuses_another_kernel(
    root: Path, cli: Callable[..., Run]
) -> None:
    write(root / "source" / "ps" / "ps.ipynb", notebook([cell("t", "1", points=1)], kernel=R))
    write(root / "submitted" / "a" / "ps" / "ps.ipynb", notebook([], kernel=R))
    generate(root, cli, "ps")
    done = cli(root, "nbgrader", "autograde", "ps")
    assert done.returncode == 1
    assert "'ir' (R)" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (root / "autograded" / "a").exists()


@pytest.mark.parametrize("kernel", ["xpython", "conda-env-mine-py", "deep"])
def test_a_python_kernel_may_have_any_name(root: Path, kernel: str) -> None:
    spec = {"display_name": "Mine", "language": "python", "name": kernel}
    write(root / "source" / "ps" / "ps.ipynb", notebook([cell("t", "1", points=1)], kernel=spec))
    assert Course(root=root).assignment("ps").max_score == 1


@pytest.mark.parametrize(
    ("kernel", "language"),
    [
        ({"name": "julia-1.9"}, "Julia"),
        ({"name": "bash", "language": "bash"}, "bash"),
        ({"name": "ir"}, "R"),
        ({"language": "Rust"}, "Rust"),
        ({"name": "python2", "language": "python"}, "Python 2"),
    ],
)
def test_another_language_is_known_by_what_the_notebook_says(
    root: Path, kernel: dict[str, str], language: str
) -> None:
    write(root / "source" / "ps" / "ps.ipynb", notebook([], kernel=kernel))
    with pytest.raises(CourseError, match=language):
        Course(root=root).assignment("ps")


@pytest.mark.parametrize(
    ("of_the_course", "of_the_student", "read"),
    [
        ({}, R, False),
        ({}, PYTHON, True),
        ({}, {}, True),
        (PYTHON, R, True),  # a student's choice decides nothing then, as for nbgrader
    ],
)
def test_a_submissions_kernel_counts_where_the_course_names_none(
    root: Path, of_the_course: dict[str, str], of_the_student: dict[str, str], read: bool
) -> None:
    cells = [cell("answer", "x = 1"), cell("t", "1", points=1)]
    for folder in ("source", "release"):
        write(root / folder / "ps" / "ps.ipynb", notebook(cells, kernel=of_the_course))
    handed_in = root / "submitted" / "a" / "ps" / "ps.ipynb"
    write(handed_in, notebook(cells, kernel=of_the_student))
    assignment = Course(root=root).assignment("ps")
    with (
        nullcontext() if read else pytest.raises(NotebookError, match=r"for the kernel 'ir' \(R\)")
    ):
        assert read_submission(handed_in, assignment, student="a").cells


def test_a_time_limit_of_the_course_is_the_one_that_counts(
    root: Path, cli: Callable[..., Run]
) -> None:
    write(root / "nbgrader_config.py", CONFIG + "c.Execute.timeout = 1\n")
    wait = "import time\ntime.sleep(2.5)"
    cells = [cell("answer", "x = 1"), cell("slow", wait, points=1), cell("quick", "1", points=1)]
    write(root / "source" / "ps" / "ps.ipynb", notebook(cells))
    generate(root, cli, "ps")
    text = (root / "release/ps/ps.ipynb").read_text()
    write(root / "submitted" / "a" / "ps" / "ps.ipynb", text)
    tasks = graded(root, cli, "ps")["a"]["tasks"]
    assert {name: task["score"] for name, task in tasks.items()} == {"slow": 0, "quick": 1}


def test_nbgraders_own_autograde_honours_its_command_line_and_takes_any_file_name(
    root: Path, cli: Callable[..., Run]
) -> None:
    cells = [cell("slow", "import time\ntime.sleep(2.5)", points=1), cell("quick", "1", points=1)]
    write(root / "source" / "ps" / "ps.ipynb", notebook(cells))
    generate(root, cli, "ps")
    text = (root / "release/ps/ps.ipynb").read_text()
    for student, name in {"a": "ps.ipynb", "b": "ps-Copy1.ipynb", "c": "all/PS.IPYNB"}.items():
        write(root / "submitted" / student / "ps" / name, text)
    done = cli(root, "nbgrader", "autograde", "ps", "--Execute.timeout=1")
    assert done.returncode == 0, done.stderr
    for student in "abc":
        assert in_gradebook(root, "ps", student) == {"ps/slow": 0, "ps/quick": 1}


def test_what_the_gradebook_does_not_know_is_not_graded(
    root: Path, cli: Callable[..., Run]
) -> None:
    write(root / "source" / "ps" / "ps.ipynb", notebook([cell("t", "1", points=1)]))
    write(root / "submitted" / "a" / "ps" / "ps.ipynb", notebook([cell("t", "1", points=1)]))
    done = cli(root, "autograder", "grade", "ps")
    assert done.returncode == 2
    assert "the gradebook does not know ps yet" in done.stderr
    assert not (root / "gradebook.db").exists()
