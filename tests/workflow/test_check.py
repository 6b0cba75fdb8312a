"""`autograder check`: one notebook in, one report out, the same every time."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course.notebooks import cell_of
from tests.conftest import ASSIGNMENT, Run, notebook_of
from tests.workflow.conftest import Check

ReportOf = Callable[[str], dict[str, Any]]

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


@pytest.fixture
def report_of(course: Path, check: Check) -> ReportOf:
    """Check the reference with another answer in `dot_scores`; the other task is right."""

    def report(answer: str) -> dict[str, Any]:
        notebook = notebook_of(course)
        cell_of(notebook, "dot_scores_answer")["source"] = answer
        return check(course, notebook)

    return report


def command_on(notebook: Path) -> list[str]:
    return ["autograder", "check", str(notebook), "-a", ASSIGNMENT, "--json", "-"]


def test_report_has_the_agreed_form(course: Path, cli: Callable[..., Run], check: Check) -> None:
    notebook = notebook_of(course)
    cell_of(notebook, "dot_scores_answer")["source"] = WRONG
    in_this_process = check(course, notebook)
    done = cli(course, *command_on(course / "student.ipynb"))
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report == in_this_process
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


@pytest.mark.parametrize("times", [3, pytest.param(20, marks=pytest.mark.nightly)])
def test_same_notebook_gives_the_same_bytes_each_time(
    course: Path, cli: Callable[..., Run], times: int
) -> None:
    command = command_on(course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    assert len({cli(course, *command).stdout for _ in range(times)}) == 1


def test_untidy_but_right_gets_everything(report_of: ReportOf) -> None:
    report = report_of(UNTIDY)
    assert report["score"] == 20


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_gains_nothing(attack: str, report_of: ReportOf) -> None:
    report = report_of(ATTACKS[attack])
    assert report["tasks"]["dot_scores"]["score"] == 0
    assert report["status"] == "graded"


def test_attack_on_one_task_leaves_the_other_alone(report_of: ReportOf) -> None:
    report = report_of("while True: pass")
    assert report["status"] == "graded"
    assert [task["score"] for task in report["tasks"].values()] == [0, 12]
    assert report["tasks"]["dot_scores"]["checks"][0]["outcome"] == "timeout"


def test_no_file_that_can_be_read_holds_anything_hidden(report_of: ReportOf) -> None:
    words = [
        "check_scores_stay_within_their_own_review",
        "### BEGIN SOLUTION",
        "SQLite format 3",
        "grade_id",
    ]
    joined = ", ".join(f"{word[:6]!r} + {word[6:]!r}" for word in words)
    answer = f"WORDS = [w.encode() for w in ({joined},)]\n{SEARCH}"
    # The search runs in the cell itself, and what it found is the cell's last line.
    answer += (
        "import numpy as np\ndot_scores(np.zeros((1, 1)), np.zeros((1, 1, 1)))\n"
        "assert not seen, seen"
    )
    task = report_of(answer)["tasks"]["dot_scores"]
    assert task["score"] == 0
    assert "did not run" not in task["checks"][0]["message"], "it found something"


def test_hidden_inputs_do_not_come_out_in_messages(report_of: ReportOf) -> None:
    leaks = [
        "raise ValueError('secret ' + str(keys))",
        "int('secret ' + str(keys.tolist()))",
        "return type('secret' + str(keys.tolist()), (), {})()",
        "print('secret', keys)",
    ]
    for leak in leaks:
        report = report_of(f"def dot_scores(query, keys):\n    {leak}")
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
    report_of: ReportOf, answer: str, outcome: str, words: str
) -> None:
    check = report_of(answer)["tasks"]["dot_scores"]["checks"][0]
    assert check["outcome"] == outcome
    assert words in check["message"]


def test_unsafe_run_is_stamped_and_leaves_no_files(
    course: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    source = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    source.with_name("beside.csv").write_text("1,2")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    program, *command = command_on(source)
    environment = {**os.environ, "TMPDIR": str(temporary)}
    done = cli(course, program, "--unsafe-no-sandbox", *command, env=environment)
    assert list(temporary.iterdir()) == []
    assert json.loads(done.stdout)["isolation"] == "none"
    assert json.loads(done.stdout)["score"] == 20
    assert "WITHOUT a sandbox" in done.stderr
