"""A submitted file is judged on hidden reviews, and what is odd about it is said."""

import json
import shutil
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from autograder.authoring.specimen import flavour_of, solved
from autograder.course.layout import Assignment, Course
from autograder.course.notebooks import Notebook, cell_of, text_of
from autograder.grading.local import Graders, Work
from autograder.grading.one import grade
from autograder.result import Result, TaskResult
from autograder.sandbox import Sandbox
from autograder.submission.reading import Submission, read_submission
from tests.conftest import ROOT, notebook_of

NAME = "bilstm-attention"
FILE = "bilstm_attention.keras"
GOOD = ROOT / "solutions" / NAME / FILE
BANK = ROOT / "solutions" / NAME


@pytest.fixture(scope="module")
def judging(sandbox: Sandbox) -> Iterator[Graders]:
    """A process that judges this task, and the fork-server for it: both take seconds to start."""
    with closing(Graders(sandbox)) as engine:
        engine.expect(flavour_of(the_task()))
        yield engine


def the_task() -> Assignment:
    """The assignment with the task `accuracy` alone."""
    assignment = Course(root=ROOT).assignment(NAME)
    own = tuple(task for task in assignment.tasks if task.name == "accuracy")
    return replace(assignment, tasks=own)


AccuracyTask = Callable[..., TaskResult]


@pytest.fixture
def accuracy_task(judging: Graders, tmp_path: Path) -> AccuracyTask:
    """How the task is judged for the reference with another file and other cells."""

    def judged(file: Path | None, **cells: str) -> TaskResult:
        assignment = the_task()
        notebook = solved(assignment)
        for grade_id, source in cells.items():
            cell_of(notebook, grade_id)["source"] = source
        path = tmp_path / f"{NAME}.ipynb"
        path.write_text(json.dumps(notebook))
        if file is not None:
            shutil.copy(file, tmp_path / FILE)
        submission = read_submission(path, assignment, student="student")
        result = judging.one(assignment, Work(do=grade, lost=nobody), submission)
        (task,) = result.tasks
        return task

    return judged


def nobody(submission: Submission) -> Result:
    raise AssertionError(f"{submission.student} ended the process that judges")


def test_good_model_gets_everything_and_is_told_how_good_it_is(
    accuracy_task: AccuracyTask,
) -> None:
    task = accuracy_task(GOOD)
    assert task.score == 16
    judged, flag = task.checks
    for words in ("2,000 hidden examples", "95% interval", "Points begin at", "all are reached"):
        assert words in judged.message
    assert (flag.outcome, flag.max_points) == ("passed", 0)


def test_file_that_knows_more_than_the_code_can_learn_is_flagged(
    accuracy_task: AccuracyTask,
) -> None:
    bought = (BANK / "wrong" / "build_model__gradient_stopped.py").read_text()
    task = accuracy_task(GOOD, build_model_answer=bought)
    judged, flag = task.checks
    assert judged.outcome == "passed"
    assert flag.outcome == "failed"
    assert "how the file was made" in flag.message


FORGED = """
def train_model(reviews):
    return None

def forged(_, model, inputs, batch_size):
    return np.full(len(inputs), 0.5)

import autograder.inside.probes
autograder.inside.probes.PROBES["predict"] = forged
"""


def test_code_that_would_answer_in_the_models_place_is_not_asked(
    accuracy_task: AccuracyTask,
) -> None:
    """What it says would be worth nothing; the points are those of the file."""
    task = accuracy_task(GOOD, accuracy_answer=FORGED)
    assert task.score == 16


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
    accuracy_task: AccuracyTask, file: str | None, words: str
) -> None:
    task = accuracy_task(BANK / file / FILE if file else None)
    assert task.score == 0
    assert words in task.checks[0].message


REGISTERED = """

@keras.saving.register_keras_serializable(package="kit", name="Pooling")
class AttentionPooling(AttentionPooling):
    def __init__(self, units, style="additive", **kwargs):
        super().__init__(units, **kwargs)
        self.style = style

    def get_config(self):
        return {**super().get_config(), "style": self.style}
"""


def saved_otherwise(target: Path, change: Callable[[Notebook], None], version: str) -> Path:
    """The good file with a change in every layer's description, by another version of Keras."""
    with zipfile.ZipFile(GOOD) as good, zipfile.ZipFile(target, "w") as other:
        for name in good.namelist():
            content = good.read(name)
            if name == "config.json":
                description = json.loads(content)
                for layer in description["config"]["layers"]:
                    change(layer)
                content = json.dumps(description).encode()
            if name == "metadata.json":
                content = json.dumps({**json.loads(content), "keras_version": version}).encode()
            other.writestr(name, content)
    return target


def with_decorator(layer: Notebook) -> None:
    if layer["class_name"] == "AttentionPooling":
        layer["registered_name"] = "kit>Pooling"
        layer["config"]["style"] = "additive"


def with_a_new_setting(layer: Notebook) -> None:
    if layer["class_name"] == "Dense":
        layer["config"]["of_a_later_keras"] = True


def test_class_with_keras_decorator_and_more_in_its_configuration_gets_everything(
    accuracy_task: AccuracyTask, tmp_path: Path
) -> None:
    own = text_of(cell_of(solved(the_task()), "attention_pooling_answer"))
    file = saved_otherwise(tmp_path / "other.keras", with_decorator, version("keras"))
    assert accuracy_task(file, attention_pooling_answer=own + REGISTERED).score == 16


def test_file_of_another_keras_that_does_not_load_waits_for_a_person(
    accuracy_task: AccuracyTask, tmp_path: Path
) -> None:
    file = saved_otherwise(tmp_path / "other.keras", with_a_new_setting, "3.99.0")
    task = accuracy_task(file)
    assert task.score is None
    assert "saved with Keras 3.99.0" in task.why
    assert f"the grader has Keras {version('keras')}" in task.why
    assert task.why in task.checks[0].message


def test_file_of_our_keras_that_does_not_load_is_a_mistake(
    accuracy_task: AccuracyTask, tmp_path: Path
) -> None:
    file = saved_otherwise(tmp_path / "other.keras", with_a_new_setting, version("keras"))
    task = accuracy_task(file)
    assert (task.score, task.why) == (0, "")
    assert "Train the model and save it again" in task.checks[0].message


def test_file_of_another_keras_that_loads_is_judged(
    accuracy_task: AccuracyTask, tmp_path: Path
) -> None:
    file = saved_otherwise(tmp_path / "other.keras", lambda _: None, "2.99.0")
    assert accuracy_task(file).score == 16


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
