"""A submitted file is judged on hidden reviews, and what is odd about it is said."""

import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course.notebooks import cell_of, text_of
from tests.conftest import ROOT, Run, copy_course, notebook_of

NAME = "bilstm-attention"
FILE = "bilstm_attention.keras"
GOOD = ROOT / "solutions" / NAME / FILE
BANK = ROOT / "solutions" / NAME


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_course(tmp_path_factory.mktemp("accuracy"), NAME)


def accuracy_task(
    course: Path, folder: Path, cli: Callable[..., Run], file: Path | None, **cells: str
) -> dict[str, Any]:
    """The report on the task `accuracy` of the reference with other cells and another file."""
    notebook = notebook_of(course, "source", NAME)
    for grade_id, source in cells.items():
        cell_of(notebook, grade_id)["source"] = source
    path = folder / f"{NAME}.ipynb"
    path.write_text(json.dumps(notebook))
    if file is not None:
        shutil.copy(file, folder / FILE)
    done = cli(course, "autograder", "check", str(path), "-a", NAME, "--json", "-")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["tasks"]["accuracy"]


def test_good_model_gets_everything_and_is_told_how_good_it_is(
    course: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    task = accuracy_task(course, tmp_path, cli, GOOD)
    assert task["score"] == 16
    judged, flag = task["checks"]
    for words in ("2,000 hidden examples", "95% interval", "Points begin at", "all are reached"):
        assert words in judged["message"]
    assert (flag["outcome"], flag["max_points"]) == ("passed", 0)


def test_file_that_knows_more_than_the_code_can_learn_is_flagged(
    course: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    bought = (BANK / "wrong" / "build_model__gradient_stopped.py").read_text()
    task = accuracy_task(course, tmp_path, cli, GOOD, build_model_answer=bought)
    judged, flag = task["checks"]
    assert judged["outcome"] == "passed"
    assert flag["outcome"] == "failed"
    assert "how the file was made" in flag["message"]


FORGED = """
def train_model(reviews):
    return None

def forged(_, model, inputs, batch_size):
    return np.full(len(inputs), 0.5)

import autograder.inside.probes
autograder.inside.probes.PROBES["predict"] = forged
"""


def test_code_that_would_answer_in_the_models_place_is_not_asked(
    course: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    """What it says would be worth nothing; the points are those of the file."""
    task = accuracy_task(course, tmp_path, cli, GOOD, accuracy_answer=FORGED)
    assert task["score"] == 16


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "was not handed in"),
        ("wrong/accuracy__cut_off", "raised"),
        ("wrong/accuracy__simple_rnn", 'no AttentionPooling named "attention"'),
        ("wrong/accuracy__other_length", "does not take 100 ids"),
        ("wrong/accuracy__constant", "the same probability"),
    ],
)
def test_file_that_cannot_be_judged_gets_a_clear_message(
    course: Path, tmp_path: Path, cli: Callable[..., Run], file: str | None, words: str
) -> None:
    task = accuracy_task(course, tmp_path, cli, BANK / file / FILE if file else None)
    assert task["score"] == 0
    assert words in task["checks"][0]["message"]


def test_notebook_states_the_calibrated_thresholds() -> None:
    settings = tomllib.loads((ROOT / "tests/hidden" / NAME / "thresholds.toml").read_text())
    text = "".join(text_of(c) for c in notebook_of(ROOT, "source", NAME)["cells"])
    for name in ("generated", "imdb"):
        known = settings[name]
        assert f'| `"{name}"` | {known["lower"]} | {known["full"]} |' in text
        assert f'"{name}": ({known["lower"]}, {known["full"]})' in text
        assert len(known["reference_accuracies"]) >= 5
        assert len(known["baseline_accuracies"]) >= 5
        assert known["chance_of_missing_full"] < 0.01
    assert min(settings["imdb"]["reference_accuracies"]) > 0.823, "what the lecture reached"
