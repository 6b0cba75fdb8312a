"""Trusted side. Judges the submitted model by reviews whose labels stay on this side.

The file is opened twice. Where the submission's code runs, its own AttentionPooling is made into a
graph, which is data. Where none of that code runs, the model from the file predicts the hidden
reviews, with that graph for its pooling layer; so no code of the submission sees them or answers in
the model's place. Then the submission's own code learns for a moment: a file that knows far more
than that code can learn was not made by it.
"""

from pathlib import Path
from typing import Any

import pytest

from autograder.checks import CheckFailed, Student, StudentFailure, StudentObject, expect, points
from autograder.checks.accuracy import accuracy_of, grade_accuracy
from autograder.course.dataset import Dataset
from autograder.course.module import load_module

learning = load_module(Path(__file__).with_name("learning.py"))
STAND_IN = Path(__file__).with_name("standin_graph.py").read_text()
FILE = "bilstm_attention.keras"
PREDICTION_CPU_S = 60.0  # the notebook says so, too
BATCH = 250
ADVICE = (
    "What to try: did training stop too early or too late? Look at the validation accuracy after "
    "each epoch, keep the best model, and save it after training."
)


@pytest.fixture(scope="module")
def predicted(student: Student, dataset: Dataset) -> Any:
    """Probabilities of the model in the file for the hidden reviews, or why there are none."""
    try:
        return predictions(student, dataset)
    except (CheckFailed, StudentFailure) as failure:
        return failure


def predictions(student: Student, dataset: Dataset) -> Any:
    file, apart = student.file(FILE), student.without_code(STAND_IN)
    model = apart.probe.load_model(file, custom_objects=["AttentionPooling"])
    expect(type(model) is StudentObject, f"The file {FILE} holds no Keras model.")
    found = apart.probe.describe(model)
    named = [one for one in found["layers"] if one["name"] == "attention" and not one["path"]]
    expect(
        bool(named) and "AttentionPooling" in named[0]["names"],
        f'The model in {FILE} has no AttentionPooling named "attention". '
        "Was it made by `build_model`?",
    )
    steps = dataset.inputs.shape[1]
    expect(
        found["inputs"] in ([[None, steps]], [[None, None]]),
        f"The model in {FILE} does not take {steps} ids, as many as the reviews have that are "
        "graded. Was it trained on other reviews?",
    )
    own = student.probe.load_model(file, custom_objects=["AttentionPooling"])
    model.get_layer("attention").use(student.probe.layer_graph(own, "attention", steps))
    return apart.probe.predict(model, dataset.inputs, BATCH, cpu_s=PREDICTION_CPU_S)


@points(16)
def check_accuracy_on_hidden_reviews(predicted: Any, dataset: Dataset) -> None:
    """The submitted model tells positive from negative reviews that it has never seen."""
    if isinstance(predicted, BaseException):
        raise predicted
    grade_accuracy(predicted, dataset, advice=ADVICE)


@points(0)
def check_code_learns_what_the_file_knows(
    student: Student, predicted: Any, dataset: Dataset
) -> None:
    """The notebook's own code can learn what the submitted model knows."""
    if isinstance(predicted, BaseException):
        return  # said by the check above
    try:
        known = accuracy_of(predicted, dataset.labels)
    except CheckFailed:
        return
    if known <= dataset.thresholds.lower:
        return
    try:
        learned = learning.accuracy_after_learning(student.build_model, student.probe)
    except (CheckFailed, StudentFailure):
        learned = 0.5
    expect(
        learned >= learning.ENOUGH,
        f"The submitted model has an accuracy of {known:.3f}, but this notebook's `build_model` "
        f"learned next to nothing in a short training ({learned:.2f} on easy reviews). Your "
        "instructor will ask how the file was made. Did you change the code after training?",
    )
