"""`autograder check`: one notebook in, one report out, the same every time."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course.notebooks import cell_of
from tests.conftest import ASSIGNMENT, Run, notebook_of

# What an honest but untidy student writes; every line of it is allowed.
UNTIDY = """
%%time
import warnings
import tensorflow as tf
from IPython.display import display, HTML
import matplotlib.pyplot as plt
warnings.warn("this is only a warning")
print("x" * 1_000_000)
display(HTML("<b>bold</b>"), {"a": 1})
plt.plot([1, 2])
def dot_scores(query, keys):
    print("called")
    return tf.einsum("bd,btd->bt", query, keys)
"""
WRONG = "def dot_scores(query, keys):\n    return 8.0\n"
ATTACKS = {
    "ends_the_process": "import os\nos._exit(0)",
    "loops_for_ever": "while True: pass",
    "loops_when_called": "def dot_scores(query, keys):\n    while True: pass",
    "patches_numpy_testing": (
        "import numpy as np\nnp.testing.assert_allclose = np.allclose = lambda *a, **k: True\n"
        "np.isclose = lambda a, *r, **k: np.ones(a.shape, bool)\n" + WRONG
    ),
    "patches_the_worker": (
        "import autograder.inside.worker as worker\nworker.to_data = lambda value: None\n" + WRONG
    ),
    "prints_a_float_last": WRONG + "8.0",
    "replaces_run_code": (
        "shell = get_ipython()\nasync def run_code(*a, **k): return False\n"
        "shell.run_code = run_code\n" + WRONG
    ),
}
# Searches everything that can be read for words that only the hidden side has.
SEARCH = """
import os
seen = []
def dot_scores(query, keys):
    for folder, _, files in os.walk("/"):
        if folder.startswith(("/usr", "/dev")) or "site-packages" in folder:
            continue
        for name in files:
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    text = file.read(1 << 20)
            except OSError:
                continue
            for word in WORDS:
                if word in text:
                    seen.append(os.path.join(folder, name))
    return [[float(len(seen))] * keys.shape[1]] * len(query)
"""


def report_of(
    folder: Path, cli: Callable[..., Run], answer: str | None, **cells: str
) -> dict[str, Any]:
    """Check the reference with another answer in `dot_scores`; the other task is right."""
    notebook = notebook_of(folder, "source")
    if answer is not None:
        cells["dot_scores_answer"] = answer
    for grade_id, source in cells.items():
        cell_of(notebook, grade_id)["source"] = source
    path = folder / "student.ipynb"
    path.write_text(json.dumps(notebook))
    done = cli(folder, "autograder", "check", str(path), "-a", ASSIGNMENT, "--json", "-")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_report_has_the_agreed_form(course: Path, cli: Callable[..., Run]) -> None:
    report = report_of(course, cli, WRONG)
    assert list(report) == [
        "assignment",
        "student",
        "status",
        "score",
        "max_score",
        "sealed",
        "isolation",
        "mended",
        "tasks",
    ]
    assert (report["assignment"], report["student"]) == (ASSIGNMENT, "student")
    assert (report["status"], report["sealed"], report["isolation"]) == ("graded", True, "full")
    assert (report["score"], report["max_score"]) == (12, 20)
    task = report["tasks"]["dot_scores"]
    assert set(task) == {"score", "max_score", "status", "checks"}
    assert set(task["checks"][0]) == {
        "name",
        "title",
        "outcome",
        "points",
        "max_points",
        "message",
    }


def test_same_notebook_gives_the_same_bytes_20_times(course: Path, cli: Callable[..., Run]) -> None:
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    command = ["autograder", "check", str(path), "-a", ASSIGNMENT, "--json", "-"]
    assert len({cli(course, *command).stdout for _ in range(20)}) == 1


def test_untidy_but_right_gets_everything(course: Path, cli: Callable[..., Run]) -> None:
    report = report_of(course, cli, UNTIDY)
    assert report["score"] == 20


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_gains_nothing(attack: str, course: Path, cli: Callable[..., Run]) -> None:
    report = report_of(course, cli, ATTACKS[attack])
    assert report["tasks"]["dot_scores"]["score"] == 0
    assert report["status"] == "graded"


def test_attack_on_one_task_leaves_the_other_alone(course: Path, cli: Callable[..., Run]) -> None:
    report = report_of(course, cli, ATTACKS["loops_for_ever"])
    assert report["tasks"]["additive_scores"]["score"] == 12
    assert report["tasks"]["dot_scores"]["checks"][0]["outcome"] == "timeout"


def test_no_file_that_can_be_read_holds_anything_hidden(
    course: Path, cli: Callable[..., Run]
) -> None:
    words = [
        "check_scores_stay_within_their_own_review",
        "### BEGIN SOLUTION",
        "SQLite format 3",
        "grade_id",
    ]
    joined = ", ".join(f"{word[:6]!r} + {word[6:]!r}" for word in words)
    answer = f"WORDS = [w.encode() for w in ({joined},)]\n{SEARCH}"
    notebook = notebook_of(course, "source")
    cell_of(notebook, "dot_scores_answer")["source"] = answer
    # The search runs in the cell itself, and what it found is the cell's last line.
    cell_of(notebook, "dot_scores_answer")["source"] += (
        "import numpy as np\ndot_scores(np.zeros((1, 1)), np.zeros((1, 1, 1)))\n"
        "assert not seen, seen"
    )
    path = course / "reader.ipynb"
    path.write_text(json.dumps(notebook))
    done = cli(course, "autograder", "check", str(path), "-a", ASSIGNMENT, "--json", "-")
    task = json.loads(done.stdout)["tasks"]["dot_scores"]
    assert task["score"] == 0
    assert "did not run" not in task["checks"][0]["message"], "it found something"


def test_hidden_inputs_do_not_come_out_in_messages(course: Path, cli: Callable[..., Run]) -> None:
    leaks = [
        "raise ValueError('secret ' + str(keys))",
        "int('secret ' + str(keys.tolist()))",
        "return type('secret' + str(keys.tolist()), (), {})()",
        "print('secret', keys)",
    ]
    for leak in leaks:
        report = report_of(course, cli, f"def dot_scores(query, keys):\n    {leak}")
        for check in report["tasks"]["dot_scores"]["checks"]:
            assert check["outcome"] != "passed"
            text = check["message"].replace(leak, "")
            assert "secret" not in text
            assert not [c for c in text if c.isdigit()], text


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        ("def dot_scores(query, keys):\n    raise NotImplementedError()", "missing", "not solved"),
        ("def dot(query, keys):\n    return 1", "missing", "There is no dot_scores"),
        ("def dot_scores(query, keys) return 1", "raised", "SyntaxError"),
        (
            "def dot_scores(query, keys):\n    return query @ keys",
            "raised",
            "`return query @ keys`",
        ),
        ("def dot_scores(query, keys):\n    query.sum()", "failed", "Nothing was returned"),
        ("def dot_scores(query, keys):\n    return 'x'", "failed", "saw"),
    ],
)
def test_message_says_what_happened(
    course: Path, cli: Callable[..., Run], answer: str, outcome: str, words: str
) -> None:
    check = report_of(course, cli, answer)["tasks"]["dot_scores"]["checks"][0]
    assert check["outcome"] == outcome
    assert words in check["message"]


def test_unsafe_run_is_stamped(course: Path, cli: Callable[..., Run]) -> None:
    path = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    command = ["autograder", "--unsafe-no-sandbox", "check", str(path), "-a", ASSIGNMENT]
    done = cli(course, *command, "--json", "-")
    assert json.loads(done.stdout)["isolation"] == "none"
    assert json.loads(done.stdout)["score"] == 20
    assert "WITHOUT a sandbox" in done.stderr
