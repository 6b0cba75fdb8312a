"""A release gives nothing away, is fair, stands alone, and is the one that is committed."""

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.course.layout import Course
from autograder.course.notebooks import cell_of, text_of
from autograder.quiz import cell_source, read_quiz
from tests.conftest import ASSIGNMENT, ASSIGNMENTS, ROOT, Run, copy_course, notebook_of

OWN_DELIMITERS = """
c.ClearSolutions.begin_solution_delimeter = "<answer>"
c.ClearSolutions.end_solution_delimeter = "</answer>"
"""
each_assignment = pytest.mark.parametrize("name", ASSIGNMENTS)


@each_assignment
def test_release_is_the_committed_one_and_its_reference_runs_without_a_warning(
    tmp_path: Path, cli: Callable[..., Run], name: str
) -> None:
    course = copy_course(tmp_path / "course", name)
    committed = notebook_of(ROOT, "release", name)
    reference = json.loads((ROOT / "solutions" / name / "reference.ipynb").read_text())
    done = cli(course, "autograder", "release", name, "--json", "-")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["problems"] == []
    assert notebook_of(course, "release", name) == committed, "run 'make release' and commit"
    rebuilt = json.loads((course / "solutions" / name / "reference.ipynb").read_text())
    assert [c["source"] for c in rebuilt["cells"]] == [c["source"] for c in reference["cells"]]
    outputs = [output for cell in rebuilt["cells"] for output in cell.get("outputs", [])]
    assert outputs, "the reference was run"
    assert [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"] == []


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


def test_release_that_is_solved_already_is_not_published(
    course: Path, cli: Callable[..., Run]
) -> None:
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(path.read_text())
    cell = cell_of(notebook, "dot_scores_answer")
    cell["source"] = (
        text_of(cell)
        + "\ndef dot_scores(query, keys):\n    return (query[:, None, :] * keys).sum(axis=2)\n"
    )
    path.write_text(json.dumps(notebook))
    done = cli(course, "autograder", "release", ASSIGNMENT)
    assert done.returncode == 1
    assert "the untouched release earns" in " ".join(done.stdout.split())


def test_release_with_a_broken_quiz_is_not_published(course: Path, cli: Callable[..., Run]) -> None:
    path = course / "quizzes" / f"{ASSIGNMENT}.json"
    questions = json.loads(path.read_text())
    questions[1]["answers"][0]["correct"] = "false"
    path.write_text(json.dumps(questions))
    before = notebook_of(course, "release")
    done = cli(course, "autograder", "release", ASSIGNMENT)
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    assert f"{ASSIGNMENT}.json, question 2 (" in said
    assert "write true or false without quotes" in said
    assert notebook_of(course, "release") == before


def test_release_carries_its_quizzes_and_needs_no_file_for_them(
    course: Path, cli: Callable[..., Run]
) -> None:
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(path.read_text())
    run = f"%run -m autograder.quiz ../../quizzes/{ASSIGNMENT}.json 1-2"
    cell = {"cell_type": "code", "metadata": {"tags": ["skip-grading", "hide-input"]}}
    notebook["cells"].append(cell | {"id": "quiz", "source": run, "outputs": []})
    notebook["cells"][-1]["execution_count"] = None
    path.write_text(json.dumps(notebook))
    done = cli(course, "nbgrader", "generate_assignment", ASSIGNMENT, "--force")
    assert done.returncode == 0, done.stderr
    made = notebook_of(course, "release")["cells"][-1]
    questions = read_quiz(ROOT / "quizzes" / f"{ASSIGNMENT}.json")[:2]
    assert text_of(made) == cell_source(questions).rstrip("\n")
    assert made["metadata"]["tags"] == ["skip-grading", "hide-input"]


def run_in_plain_kernel(notebook: dict, folder: Path) -> list[str]:
    """Execute outside the course. Returns what each failing cell said last."""
    node = nbformat.reads(json.dumps(notebook), as_version=4)
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
