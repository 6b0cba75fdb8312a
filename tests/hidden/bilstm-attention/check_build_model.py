"""Trusted side. Judges `build_model` by what its model does with ids; the model stays inside.

The model is built by the student's code and judged in another box, in which none of it runs: there
it is rebuilt from its description and its parameters. The student's pooling layer is judged
elsewhere, so a neutral one stands in for it here: the mean over the real time steps, times one
parameter. Parameters are drawn again before a model is judged, and dropout is 0 except where it is
judged.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from autograder.checks import (
    CheckFailed,
    Probes,
    Student,
    StudentFailure,
    StudentObject,
    expect,
    expect_array,
    expect_close,
    points,
)
from autograder.course.module import load_module
from autograder.result import Outcome

Ids = NDArray[np.int32]
Floats = NDArray[np.float64]
Sizes = dict[str, Any]
Layers = list[dict[str, Any]]  # as the probe `describe` returns them

learning = load_module(Path(__file__).with_name("learning.py"))
STAND_IN = Path(__file__).with_name("standin_pooling.py").read_text()
NAMES = "vocab_size", "max_len", "embed_dim", "hidden", "units", "dropout"
MAXIMUM = Path(__file__).with_name("standin_maximum.py").read_text()
STEPS = 6
SIZES: Sizes = dict(zip(NAMES, (23, STEPS, 4, 3, 5, 0.0), strict=True))
OTHER_SIZES: Sizes = dict(zip(NAMES, (37, 4, 5, 7, 2, 0.3), strict=True))
DEFAULTS: Sizes = dict(zip(NAMES, (10_000, 200, 64, 64, 64, 0.5), strict=True))


@dataclass(frozen=True)
class Models:
    """Models that the student's build_model makes, in a box without the student's code."""

    student: Student
    apart: Student

    @property
    def probe(self) -> Probes:
        return self.apart.probe

    def build(self, *arguments: Any, **sizes: Any) -> StudentObject:
        model = self.student.build_model(*arguments, **sizes)
        expect(
            type(model) is StudentObject,
            "Expected a keras.Model, but saw data or nothing. What does `build_model` return?",
        )
        try:
            return self.apart.rebuilt(model, ["AttentionPooling"])
        except StudentFailure as failure:
            if failure.outcome is not Outcome.RAISED:
                raise
            raise CheckFailed(
                "Expected a keras.Model that can be saved and loaded, but it could not be rebuilt "
                "from `model.get_config()`. Is there a Lambda layer in it, or a class of your own "
                "other than AttentionPooling?"
            ) from None


def models_with(student: Student, pooling: str) -> Models:
    return Models(
        student.with_stand_ins(attention_pooling_answer=pooling), student.without_code(pooling)
    )


@pytest.fixture
def models(student: Student) -> Models:
    return models_with(student, STAND_IN)


def randomise(
    models: Models | Student, rng: np.random.Generator, model: StudentObject, scale: float = 0.7
) -> list[Floats]:
    """Draw every parameter again; returns what was set."""
    held = models.probe.weights_of(model)["values"]
    values = [scale * rng.normal(size=value.shape) for value in held]
    models.probe.set_weights(model, values)
    return values


def draw(
    rng: np.random.Generator, batch: int, vocab_size: int = 23, max_len: int = STEPS, **_: Any
) -> Ids:
    """Reviews without padding; the start id comes first and the largest id is among them."""
    ids = rng.integers(4, vocab_size, size=(batch, max_len))
    ids[:, 0], ids[0, -1] = 1, vocab_size - 1
    return ids.astype(np.int32)


def ask(models: Models, model: StudentObject, ids: Ids, training: bool | None = False) -> Floats:
    """Probabilities (B, 1); of several outputs the first counts."""
    result = models.probe.forward(model, ids, training=training)
    if type(result) in (list, tuple) and result and type(result[0]) is np.ndarray:
        result = result[0]
    values = expect_array(result, shape=(len(ids), 1))
    expect(
        bool(np.isfinite(values).all()),
        "Some probability is infinite or not a number (NaN). Does this happen for padding alone?",
    )
    return values


def pooling(models: Models, model: StudentObject, ids: Ids) -> tuple[Floats, NDArray[np.bool_]]:
    """What goes into the layer named "attention", (B, T, D), and the mask that it used, (B, T)."""
    inner = models.probe.inner_tensors(model, "attention", ids)
    if not inner["inputs"] or len(inner["outputs"]) != 2:
        raise CheckFailed(
            'No layer of the model is an AttentionPooling named "attention" that is called on '
            "the states. Where does the layer get its name?"
        )
    states, share = inner["inputs"][0], inner["outputs"][1]
    expect(
        states.ndim == 3 and states.shape[:2] == ids.shape and share.shape == ids.shape,
        "The pooling layer should get one vector for each word, (B, T, D). "
        "What does the LSTM return?",
    )
    return states.astype(np.float64), share > 0


def recurrent(layers: Layers) -> Layers:
    """Recurrent layers, those inside of Bidirectional included; a cell only if it stands alone."""
    cells = [one for one in layers if one["kind"].endswith("Cell")]
    whole = [one for one in layers if "RNN" in one["bases"] and "units" in one["settings"]]
    return whole or cells


def expect_differs(values: Floats, message: str) -> None:
    expect(float(np.ptp(values)) > 1e-4, message)


@points(1.5)
def check_ids_become_one_probability(models: Models, rng: np.random.Generator) -> None:
    """A functional model turns ids (B, max_len) into one probability (B, 1) for each review."""
    model = models.build(**SIZES)
    shape = models.probe.describe(model)
    expect(shape["functional"], "Expected a functional model: keras.Model(inputs, outputs).")
    expect(
        shape["inputs"] in ([[None, STEPS]], [[None, None]]),
        "The model should have one input: max_len ids for each review.",
    )
    # Large parameters leave the range of a probability if anything does, small ones saturate less.
    for scale in (3.0, 0.7):
        randomise(models, rng, model, scale=scale)
        values = ask(models, model, draw(rng, 40))
        expect(
            bool((values >= 0).all() and (values <= 1).all()),
            "Some result is below 0 or above 1, which no probability is. "
            "Which activation does the last layer have?",
        )
    expect_differs(
        values,
        "Forty different reviews all got the same probability. Do the ids reach the result, and "
        "over which axis does the last activation run?",
    )


@points(1)
def check_result_rests_on_the_pooled_context(models: Models, rng: np.random.Generator) -> None:
    """The pooling layer is named "attention", and the probability follows from its context."""
    model = models.build(**SIZES)
    layers = models.probe.describe(model)["layers"]
    named = [one for one in layers if one["name"] == "attention" and not one["path"]]
    expect(
        bool(named) and "AttentionPooling" in named[0]["names"],
        'No layer of the model is an AttentionPooling named "attention". '
        "Where does the layer get its name?",
    )
    randomise(models, rng, model)
    ids = draw(rng, 12)
    expect_differs(
        ask(models, model, ids),
        "Different reviews all got the same probability. "
        "Which of the two results of the pooling layer goes on to the classifier?",
    )
    attention = model.get_layer("attention")
    models.probe.set_weights(attention, [np.zeros(1)])
    without = ask(models, model, ids)
    expect_close(
        without,
        np.repeat(without[:1], len(ids), axis=0),
        hint="With a pooling layer that returns zeros as contexts, reviews still got different "
        "probabilities. What reaches the classifier beside the context?",
    )


@points(1.5)
def check_every_argument_counts(models: Models, rng: np.random.Generator) -> None:
    """Each argument of build_model sets the size that it names."""
    for sizes in (OTHER_SIZES, {**SIZES, "dropout": 0.6}, DEFAULTS):
        if sizes is DEFAULTS:
            model = models.build()
        elif sizes is OTHER_SIZES:
            model = models.build(*sizes.values())
        else:
            model = models.build(**sizes)
        found = models.probe.describe(model)
        _expect_sizes(found, sizes)
        if sizes is not DEFAULTS:
            ask(models, model, draw(rng, 3, **sizes))


def _expect_sizes(found: dict[str, Any], sizes: Sizes) -> None:
    layers = found["layers"]
    tables = [one["settings"] for one in layers if "Embedding" in one["bases"]]
    pools = [one["settings"] for one in layers if one["name"] == "attention"]
    rates = [one["settings"]["rate"] for one in layers if "rate" in one["settings"]]
    units = [one["settings"].get("units") for one in recurrent(layers)]
    asked = "Is it used, or a number written down in its place?"
    expect(
        found["inputs"] in ([[None, sizes["max_len"]]], [[None, None]]),
        f"The model does not take max_len ids. {asked}",
    )
    rows = [one.get("input_dim") for one in tables]
    expect(
        bool(rows) and all(type(n) is int and n >= sizes["vocab_size"] for n in rows),
        "The embedding has too few rows: every id from 0 to vocab_size - 1 needs one.",
    )
    expect(
        all(one.get("output_dim") == sizes["embed_dim"] for one in tables),
        f"The embedding's vectors do not have embed_dim numbers. {asked}",
    )
    expect(
        bool(units) and all(n == sizes["hidden"] for n in units),
        f"The recurrent layer does not have `hidden` units in each direction. {asked}",
    )
    expect(
        bool(pools) and all(one.get("units") == sizes["units"] for one in pools),
        f"The pooling layer did not get `units`. {asked}",
    )
    expect(
        any(type(rate) in (int, float) and abs(rate - sizes["dropout"]) < 1e-6 for rate in rates),
        f"No dropout layer has the rate `dropout`. {asked}",
    )


@points(1.5)
def check_padding_has_no_say(models: Models, rng: np.random.Generator) -> None:
    """A padded review gets the probability of the same review without padding."""
    long, short = (models.build(**{**SIZES, "max_len": size}) for size in (STEPS, 4))
    values = randomise(models, rng, long)
    held = models.probe.weights_of(short)["values"]
    expect(
        [v.shape for v in held] == [v.shape for v in values],
        "A model for longer reviews has other parameters than one for shorter reviews. "
        "Which layer's size depends on max_len?",
    )
    models.probe.set_weights(short, values)
    ids = draw(rng, 6, max_len=4)
    ids[1, 2:], ids[2, 1:], ids[3] = 0, 0, 0
    padded = np.pad(ids, ((0, 0), (0, STEPS - 4)))
    expect_close(
        ask(models, long, padded)[:3],
        ask(models, short, ids)[:3],
        hint="Only padding was added behind the reviews, and their probability changed. Where does "
        "the mask come from, and does it reach both the LSTM and the pooling layer?",
    )
    _, used = pooling(models, long, padded)
    expect(
        np.array_equal(used, padded != 0),
        "The pooling layer did not learn which steps are padding. Does the mask reach it?",
    )


@points(1.5)
def check_states_know_the_words_on_both_sides(models: Models, rng: np.random.Generator) -> None:
    """The pooling layer gets a state for each word that has read the words on both its sides."""
    model = models.build(**SIZES)
    randomise(models, rng, model)
    place = STEPS - 2
    ids = draw(rng, 2)
    ids[1] = ids[0]
    ids[1, place] = 4 + (ids[0, place] - 3) % 19  # another word
    states, _ = pooling(models, model, ids)
    changed = np.abs(states[0] - states[1]) > 1e-6  # (T, D)
    before, after = changed[:place].any(axis=0), changed[place + 1 :].any(axis=0)
    expect(
        bool(after.any()),
        "A word changed, and the states of later words did not. Does an LSTM read forwards?",
    )
    expect(
        bool(changed[:place].any(axis=1).all()),
        "A word changed, and the states of earlier words did not. Does an LSTM read backwards?",
    )
    # A number of a state that was summed from both directions changes everywhere.
    fits = ~before | ~after | changed.all(axis=0)
    expect(
        bool(fits.all()),
        "Some number of the states changed at steps that had not read the changed word. Is the "
        "backward LSTM's result turned round, so that both directions meet at the same word?",
    )


@points(0.5)
def check_states_come_from_an_lstm(models: Models) -> None:
    """The states come from LSTMs, one for each direction."""
    found = recurrent(models.probe.describe(models.build(**SIZES))["layers"])
    lstm = [one for one in found if {"LSTM", "LSTMCell"} & set(one["bases"])]
    expect(bool(lstm), "The model has no LSTM. Which recurrent layer was asked for?")
    expect(
        len(lstm) == len(found) and len(lstm) >= 2,
        "Two LSTMs were asked for, one for each direction, and no other recurrent layer.",
    )


@points(1)
def check_dropout_acts_in_training_only(models: Models, rng: np.random.Generator) -> None:
    """Dropout acts in training, as often as asked, and not at inference."""
    same = np.repeat(draw(rng, 1, max_len=3), 50, axis=0)
    for rate in (0.5, 0.0):
        model = models.build(**{**SIZES, "max_len": 3, "dropout": rate})
        randomise(models, rng, model)
        calm = ask(models, model, same)
        for called in (calm, ask(models, model, same, training=None)):
            expect_close(
                called,
                np.repeat(calm[:1], len(same), axis=0),
                hint="At inference the same review got different probabilities. "
                "Who decides whether dropout acts: you, or Keras?",
            )
        trained = ask(models, model, same, training=True)
        if rate > 0:
            expect_differs(
                trained,
                "In training nothing was dropped. Does the dropout layer's result go on to the "
                "classifier?",
            )
        else:
            expect_close(
                trained,
                calm,
                hint="With dropout=0 nothing may be dropped, but in training the probabilities "
                "differ. Is there a rate that does not come from the argument?",
            )


@points(0.5)
def check_model_is_fresh_and_can_learn(models: Models, rng: np.random.Generator) -> None:
    """The model is new at each call, not trained yet, and training changes every parameter."""
    # Where the student's code runs, since that is where one could change another.
    model, second = (models.student.build_model(**SIZES) for _ in range(2))
    expect(
        models.student.probe.describe(model)["steps"] == 0,
        "The model has been trained already. Is there a `fit` inside `build_model`?",
    )
    start = models.student.probe.weights_of(second)["values"]
    randomise(models.student, rng, model)
    held = models.student.probe.weights_of(second)
    expect(
        all(np.array_equal(a, b) for a, b in zip(start, held["values"], strict=False)),
        "Changing one model changed another. Where are the layers made?",
    )
    expect(all(held["trainable"]), "Some layer is frozen, so that training never changes it.")
    ids, model = draw(rng, 6), models.build(**SIZES)
    randomise(models, rng, model)
    found = models.probe.gradients(model, ids, [rng.normal(size=(6, 1))], training=False)
    expect(
        all(part is not None and bool((part != 0).any()) for part in found["weights"]),
        "Some parameter gets no gradient. Which layer does not lead to the probability?",
    )


@points(1)
def check_small_model_learns_to_find_the_words_that_count(student: Student) -> None:
    """A small model, trained for a moment, finds the one sentence that decides a review."""
    # The largest number of each feature stands in for attention: no parameter, and no dilution.
    models = models_with(student, MAXIMUM)
    learned = learning.accuracy_after_learning(models.build, models.probe)
    expect(
        learned >= learning.ENOUGH,
        f"After a short training on easy reviews the accuracy was {learned:.2f}; models that see "
        f"all states reach more than {learning.ENOUGH}. Do gradients reach the embedding and the "
        "LSTM, and does every state reach the pooling layer?",
    )
