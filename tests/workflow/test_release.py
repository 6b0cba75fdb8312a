"""A release gives nothing away, is fair, stands alone, and is the one that is committed."""

import json
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.authoring.reference import is_up_to_date
from autograder.authoring.release import is_known_to_be_fair
from autograder.authoring.specimen import solved
from autograder.course.layout import Assignment, Course
from autograder.course.notebooks import Notebook, cell_of, read_trusted, text_of
from autograder.errors import Busy
from autograder.gradebook.build import build_release
from autograder.gradebook.commands import generate_assignment
from autograder.quiz import cell_source, read_quiz
from autograder.sandbox import Sandbox
from tests.conftest import (
    ASSIGNMENT,
    ASSIGNMENTS,
    PATIENCE_S,
    ROOT,
    SCRIPTS,
    Run,
    copy_course,
    notebook_of,
)
from tests.workflow.conftest import INTERRUPTED, Gate, is_reached, left_behind

OWN_DELIMITERS = """
c.ClearSolutions.begin_solution_delimeter = "<answer>"
c.ClearSolutions.end_solution_delimeter = "</answer>"
"""
TO_DO = "run 'autograder release' and commit release/ and solutions/"
each_assignment = pytest.mark.parametrize("name", ASSIGNMENTS)


def assignment_of(root: Path, name: str) -> Assignment:
    return Course(root=root).assignment(name)


def files_below(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@each_assignment
def test_committed_release_is_what_the_source_gives(tmp_path: Path, name: str) -> None:
    generate_assignment(assignment_of(ROOT, name), into=tmp_path, record=False)
    assert files_below(tmp_path / name) == files_below(ROOT / "release" / name), TO_DO


@each_assignment
def test_reference_and_gate_follow_from_what_is_here(name: str) -> None:
    assignment = assignment_of(ROOT, name)
    assert is_up_to_date(assignment), TO_DO
    assert not assignment.tested or is_known_to_be_fair(assignment), TO_DO


@each_assignment
def test_reference_is_the_solved_source_and_was_run_without_a_warning(name: str) -> None:
    expect_run_without_a_warning(assignment_of(ROOT, name))


def expect_run_without_a_warning(assignment: Assignment) -> None:
    reference = read_trusted(assignment.reference)
    texts = [text_of(cell) for cell in solved(assignment)["cells"]]
    assert [text_of(cell) for cell in reference["cells"]] == texts, TO_DO
    outputs = [output for cell in reference["cells"] for output in cell.get("outputs", [])]
    assert outputs, "the reference was run"
    assert [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"] == []


@pytest.mark.parametrize(
    "name",
    [n if n == ASSIGNMENT else pytest.param(n, marks=pytest.mark.nightly) for n in ASSIGNMENTS],
)
def test_release_from_nothing_is_the_committed_one(
    tmp_path: Path, cli: Callable[..., Run], name: str
) -> None:
    course = copy_course(tmp_path / "course", name)
    shutil.rmtree(course / "release")
    done = cli(course, "autograder", "release", name, "--again", "--json", "-")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["problems"] == []
    assert files_below(course / "release" / name) == files_below(ROOT / "release" / name), TO_DO
    expect_run_without_a_warning(assignment_of(course, name))


@pytest.mark.parametrize("own", [False, True], ids=["nbgrader's delimiters", "own delimiters"])
def test_release_with_a_leaked_solution_is_not_published(
    course: Path, cli: Callable[..., Run], own: bool
) -> None:
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(path.read_text())
    answer = text_of(cell_of(notebook, "dot_scores_answer"))
    solution = answer.partition("### BEGIN SOLUTION\n")[2].partition("### END SOLUTION")[0]
    notebook["cells"][0]["source"] = "# Title\n\n" + solution
    text = json.dumps(notebook)
    if own:
        text = text.replace("BEGIN SOLUTION", "<answer>").replace("END SOLUTION", "</answer>")
        with (course / "nbgrader_config.py").open("a") as config:
            config.write(OWN_DELIMITERS)
    path.write_text(text)
    before = notebook_of(course, "release")
    done = cli(course, "autograder", "release", ASSIGNMENT)
    assert done.returncode == 1
    assert "shows a line of a solution" in " ".join(done.stdout.split())
    assert notebook_of(course, "release") == before


def releasing(course: Path, *more: str) -> subprocess.Popen[str]:
    """`autograder release` under way."""
    command = [str(SCRIPTS / "autograder"), "release", ASSIGNMENT, *more]
    return subprocess.Popen(
        command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def interrupt(command: subprocess.Popen[str], number: signal.Signals, course: Path) -> None:
    """Expect that it ends at once, says so, and leaves nothing behind."""
    command.send_signal(number)
    said, errors = command.communicate(timeout=PATIENCE_S)
    assert (command.returncode, errors.strip()) == (128 + number, INTERRUPTED), said
    assert not left_behind(course)
    assert not list((course / ".autograder" / "build").iterdir())


def test_release_that_is_interrupted_while_its_reference_runs_ends_with_its_kernel(
    course: Path,
) -> None:
    path, note = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", course / "running"
    notebook = json.loads(path.read_text())
    waits = f"import os, time\nopen({str(note)!r}, 'w').write(str(os.getpid()))\ntime.sleep(1e6)"
    for cell in notebook["cells"]:
        if "skip-grading" in cell["metadata"].get("tags", []) and cell["cell_type"] == "code":
            cell["source"] = waits
    path.write_text(json.dumps(notebook))
    before = files_below(course / "release"), files_below(course / "solutions")
    with releasing(course) as command:
        kernel = is_reached(note, command)
        interrupt(command, signal.SIGTERM, course)
    assert not Path("/proc", kernel).exists()
    assert (files_below(course / "release"), files_below(course / "solutions")) == before


def test_release_at_the_gate_keeps_others_out_and_can_be_interrupted(
    course: Path, sandbox: Sandbox
) -> None:
    before = files_below(course / "release")
    gate = Gate(course, 1)  # the reference's answer, so it waits
    with releasing(course) as command:
        gate.judging(command)
        with pytest.raises(Busy, match=f"already works on {ASSIGNMENT}; run this again"):
            build_release(assignment_of(course, ASSIGNMENT), sandbox)
        assert (course / ".autograder" / "build" / ASSIGNMENT).is_dir()
        interrupt(command, signal.SIGINT, course)
    assert files_below(course / "release") == before


def test_release_that_is_solved_already_is_not_published(course: Path, sandbox: Sandbox) -> None:
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(path.read_text())
    cell = cell_of(notebook, "dot_scores_answer")
    cell["source"] = (
        text_of(cell)
        + "\ndef dot_scores(query, keys):\n    return (query[:, None, :] * keys).sum(axis=2)\n"
    )
    path.write_text(json.dumps(notebook))
    before = notebook_of(course, "release")
    report = build_release(assignment_of(course, ASSIGNMENT), sandbox)
    assert any("the untouched release earns" in problem for problem in report.problems)
    assert notebook_of(course, "release") == before


def test_release_with_a_broken_quiz_is_not_published(course: Path, sandbox: Sandbox) -> None:
    path = course / "quizzes" / f"{ASSIGNMENT}.json"
    questions = json.loads(path.read_text())
    questions[1]["answers"][0]["correct"] = "false"
    path.write_text(json.dumps(questions))
    before = notebook_of(course, "release")
    (problem,) = build_release(assignment_of(course, ASSIGNMENT), sandbox).problems
    assert f"{ASSIGNMENT}.json, question 2 (" in problem
    assert "write true or false without quotes" in problem
    assert notebook_of(course, "release") == before


def test_release_carries_its_quizzes_and_needs_no_file_for_them(course: Path) -> None:
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(path.read_text())
    run = f"%run -m autograder.quiz ../../quizzes/{ASSIGNMENT}.json 1-2"
    cell = {"cell_type": "code", "metadata": {"tags": ["skip-grading", "hide-input"]}}
    notebook["cells"].append(cell | {"id": "quiz", "source": run, "outputs": []})
    notebook["cells"][-1]["execution_count"] = None
    path.write_text(json.dumps(notebook))
    generate_assignment(assignment_of(course, ASSIGNMENT), record=False)
    made = notebook_of(course, "release")["cells"][-1]
    questions = read_quiz(ROOT / "quizzes" / f"{ASSIGNMENT}.json")[:2]
    assert text_of(made) == cell_source(questions).rstrip("\n")
    assert made["metadata"]["tags"] == ["skip-grading", "hide-input"]


def run_in_plain_kernel(notebook: Notebook, folder: Path) -> list[str]:
    """Execute outside the course. Returns what each failing cell said last."""
    text = json.dumps(notebook)
    node = nbformat.reads(text, as_version=4)
    NotebookClient(
        node,
        timeout=300,
        allow_errors=True,
        extra_arguments=["--IPKernelApp.log_level=40"],
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    outputs = [o for c in node.cells if c.cell_type == "code" for o in c.outputs]
    assert not [o for o in outputs if o.output_type == "stream" and o.name == "stderr"]
    return [f"{o.ename}: {o.evalue}" for o in outputs if o.output_type == "error"]


@each_assignment
def test_release_stands_alone_up_to_the_first_unsolved_exercise(tmp_path: Path, name: str) -> None:
    errors = run_in_plain_kernel(notebook_of(ROOT, "release", name), tmp_path)
    tasks = Course(root=ROOT).assignment(name).tasks
    assert len(errors) == len(tasks)
    for error, task in zip(errors, tasks, strict=True):
        assert error.startswith("AssertionError: ")
        assert "is not solved yet" in error, task


@each_assignment
def test_lesson_has_one_title_and_every_figure_a_text(name: str) -> None:
    notebook = notebook_of(ROOT, "source", name)
    texts = [text_of(c) for c in notebook["cells"] if c["cell_type"] == "markdown"]
    titles = [line for text in texts for line in text.splitlines() if line.startswith("# ")]
    assert len(titles) == 1
    reference = json.loads((ROOT / "solutions" / name / "reference.ipynb").read_text())
    pictures = [
        output
        for cell in reference["cells"]
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert pictures
    for output in pictures:
        assert len(output["metadata"]["image/png"]["alt"]) > 40
