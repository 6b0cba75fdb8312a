"""The checks are checked: the bank is graded as its folders say, and every check is needed."""

import ast
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ASSIGNMENT, ROOT, Run

HIDDEN = ROOT / "tests" / "hidden" / ASSIGNMENT


def check_names() -> list[tuple[str, str]]:
    return [
        (path.stem.removeprefix("check_"), node.name)
        for path in sorted(HIDDEN.glob("check_*.py"))
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("check_")
    ]


@pytest.fixture(scope="session")
def bank(
    pristine: Path, tmp_path_factory: pytest.TempPathFactory, cli: Callable[..., Run]
) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("bank") / "report.json"
    done = cli(pristine, "autograder", "verify", ASSIGNMENT, "--json", str(path))
    report: dict[str, Any] = json.loads(path.read_text())
    report["exit"] = done.returncode
    return report


def test_bank_is_large_and_all_of_it_is_as_it_must_be(bank: dict[str, Any]) -> None:
    assert [e for e in bank["entries"] if not e["ok"]] == []
    assert bank["idle_checks"] == []
    assert (bank["ok"], bank["exit"]) == (True, 0)
    kinds = [entry["kind"] for entry in bank["entries"]]
    assert kinds.count("accepted") >= 15
    assert kinds.count("wrong") >= 30
    assert kinds.count("hostile") >= 15


def without_check(course: Path, task: str, name: str) -> None:
    """Remove one check and give its points to another, so that only the bank can tell."""
    path = course / "tests" / "hidden" / ASSIGNMENT / f"check_{task}.py"
    tree = ast.parse(path.read_text())
    removed = next(n for n in tree.body if getattr(n, "name", "") == name)
    tree.body.remove(removed)
    heir = next(n for n in tree.body if getattr(n, "name", "").startswith("check_"))
    worth = [points_of(removed), points_of(heir)]
    worth[1].value += worth[0].value
    path.write_text(ast.unparse(tree))


def points_of(check: Any) -> Any:
    return check.decorator_list[0].args[0]


@pytest.mark.parametrize(("task", "name"), check_names(), ids=lambda value: value)
def test_without_any_one_check_a_wrong_submission_survives(
    course: Path, cli: Callable[..., Run], bank: dict[str, Any], task: str, name: str
) -> None:
    caught = [e for e in bank["entries"] if e["kind"] == "wrong" and e["task"] == task]
    alone = [e["path"] for e in caught if e["failed_checks"] == [name]]
    assert alone, f"{name} is redundant: others catch all that it catches"
    small = course / "bank"
    for entry in alone:
        (small / entry).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(course / "solutions" / entry, small / entry)
    without_check(course, task, name)
    done = cli(course, "autograder", "verify", ASSIGNMENT, "--bank", "bank", "--json", "r.json")
    assert done.returncode == 1
    report = json.loads((course / "r.json").read_text())
    assert {e["path"] for e in report["entries"] if not e["ok"]} == set(alone)


def test_points_that_do_not_add_up_are_a_finding(course: Path, cli: Callable[..., Run]) -> None:
    path = course / "tests" / "hidden" / ASSIGNMENT / "check_dot_scores.py"
    path.write_text(path.read_text().replace("@points(2)", "@points(3)", 1))
    done = cli(course, "autograder", "verify", ASSIGNMENT)
    assert done.returncode == 1
    assert "make them equal" in " ".join(done.stdout.split())


def one_entry(course: Path, kind: str, name: str, source: str) -> list[str]:
    folder = course / "bank" / ASSIGNMENT / kind
    folder.mkdir(parents=True)
    (folder / name).write_text(source)
    return ["autograder", "verify", ASSIGNMENT, "--bank", "bank"]


RIGHT = "def dot_scores(query, keys):\n    return (query[:, None] * keys).sum(-1)\n"


@pytest.mark.parametrize(
    ("kind", "source", "words"),
    [
        ("wrong", RIGHT, "survives"),
        ("accepted", "def dot_scores(query, keys):\n    return 1\n", "rejected, though right"),
        ("hostile", RIGHT, "gains 8 points"),
        ("wrong", "del np\n", "does not touch"),
    ],
)
def test_entry_in_the_wrong_folder_is_found(
    course: Path, cli: Callable[..., Run], kind: str, source: str, words: str
) -> None:
    done = cli(course, *one_entry(course, kind, "dot_scores__x.py", source))
    assert done.returncode == 1
    assert words in " ".join(done.stdout.split())


def test_check_that_raises_is_a_fault_of_ours(course: Path, cli: Callable[..., Run]) -> None:
    path = course / "tests" / "hidden" / ASSIGNMENT / "check_dot_scores.py"
    path.write_text(path.read_text().replace("@points(2)", "@points(2)", 1) + "\n")
    broken = path.read_text().replace(
        "def check_score_is_a_dot_product(student, rng):",
        (
            "def check_score_is_a_dot_product(student, rng):\n    raise KeyError('ours')\n\n\n"
            "def unused(student, rng):"
        ),
    )
    path.write_text(broken)
    source = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    done = cli(course, "autograder", "check", str(source), "-a", ASSIGNMENT, "--json", "-")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["status"] == "needs_review"
    assert report["score"] is None
    assert report["tasks"]["dot_scores"]["checks"][0]["outcome"] == "grader_fault"
    assert "our fault in check_score_is_a_dot_product: check_dot_scores.py" in done.stderr
    assert "KeyError: 'ours'" in done.stderr
    assert report["tasks"]["additive_scores"]["score"] == 12


def test_entry_that_names_no_task_is_a_usage_error(course: Path, cli: Callable[..., Run]) -> None:
    done = cli(course, *one_entry(course, "wrong", "nothing__x.py", "1"))
    assert done.returncode == 2
    assert "names no task" in done.stderr
