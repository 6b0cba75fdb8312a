"""A release gives nothing away, is fair, stands alone, and is the one that is committed."""

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from autograder.specimen import solved
from tests.conftest import ASSIGNMENT, ROOT, Run, cell_of, notebook_of


def test_release_is_built_passes_the_gate_and_is_the_committed_one(
    course: Path, cli: Callable[..., Run]
) -> None:
    committed = notebook_of(ROOT, "release")
    reference = json.loads((ROOT / "solutions" / ASSIGNMENT / "reference.ipynb").read_text())
    done = cli(course, "autograder", "release", ASSIGNMENT, "--json", "-")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["problems"] == []
    assert notebook_of(course, "release") == committed, "run 'make release' and commit"
    rebuilt = json.loads((course / "solutions" / ASSIGNMENT / "reference.ipynb").read_text())
    assert [c["source"] for c in rebuilt["cells"]] == [c["source"] for c in reference["cells"]]


def test_release_with_a_leaked_solution_is_not_published(
    course: Path, cli: Callable[..., Run]
) -> None:
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(path.read_text())
    answer = "".join(cell_of(notebook, "dot_scores_answer")["source"])
    solution = answer.partition("### BEGIN SOLUTION\n")[2].partition("### END SOLUTION")[0]
    notebook["cells"][0]["source"] = "# Title\n\n" + solution
    path.write_text(json.dumps(notebook))
    before = notebook_of(course, "release")
    done = cli(course, "autograder", "release", ASSIGNMENT)
    assert done.returncode == 1
    assert "shows a line of a solution" in done.stdout
    assert notebook_of(course, "release") == before


def test_release_that_is_solved_already_is_not_published(
    course: Path, cli: Callable[..., Run]
) -> None:
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = json.loads(path.read_text())
    cell = cell_of(notebook, "dot_scores_answer")
    cell["source"] = (
        "".join(cell["source"])
        + "\ndef dot_scores(query, keys):\n    return (query[:, None, :] * keys).sum(axis=2)\n"
    )
    path.write_text(json.dumps(notebook))
    done = cli(course, "autograder", "release", ASSIGNMENT)
    assert done.returncode == 1
    assert "the untouched release earns" in done.stdout


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


def test_release_stands_alone_up_to_the_first_unsolved_exercise(tmp_path: Path) -> None:
    errors = run_in_plain_kernel(notebook_of(ROOT, "release"), tmp_path)
    assert len(errors) == 2
    assert errors[0].startswith("AssertionError: dot_scores is not solved yet")


def test_reference_runs_without_errors_or_warnings(tmp_path: Path) -> None:
    from autograder.course import Course

    assert run_in_plain_kernel(solved(Course(root=ROOT).assignment(ASSIGNMENT)), tmp_path) == []


def test_lesson_has_one_title_and_every_figure_a_text() -> None:
    notebook = notebook_of(ROOT, "source")
    texts = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown"]
    titles = [line for text in texts for line in text.splitlines() if line.startswith("# ")]
    assert len(titles) == 1
    reference = json.loads((ROOT / "solutions" / ASSIGNMENT / "reference.ipynb").read_text())
    pictures = [
        output
        for cell in reference["cells"]
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) >= 2
    for output in pictures:
        assert len(output["metadata"]["image/png"]["alt"]) > 40
