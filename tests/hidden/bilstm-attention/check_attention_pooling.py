"""Trusted side. Judges the layer `AttentionPooling` by what comes back; it stays inside.

Every parameter is randomised before the layer is judged, so that any start values will do; only
the check on learning looks at the layer's own. How it scores a word is left open: weights are
judged by what holds for every score, and the context by the weights that came with it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks import (
    CheckFailed,
    Student,
    differs,
    expect,
    expect_array,
    expect_close,
    points,
)

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
SIZES = ((3, 5, 4, 6), (4, 4, 4, 4), (2, 7, 3, 1), (1, 6, 2, 3), (5, 1, 3, 2))  # B, T, D, units
MASK = np.array(
    [
        [True, True, True, True, True],
        [True, True, True, False, False],
        [False, True, False, True, True],
        [False, False, False, False, False],
    ]
)
PADDING = 3  # the row of MASK without a real word, which has a check of its own
SOME = MASK[:PADDING]


def ready(
    student: Student,
    rng: np.random.Generator,
    x: Floats,
    units: int,
    scale: float = 0.7,
    **settings: Any,
) -> Any:
    """A layer that has seen x, with every parameter drawn again."""
    layer = student.AttentionPooling(units, **settings)
    student.probe.forward(layer, x, training=False)
    held = student.probe.weights_of(layer)
    expect(
        any(held["trainable"]),
        "The layer has no parameters that training can change. Does `build` create them with "
        "`self.add_weight`, or does `__init__` make layers of Keras that hold them?",
    )
    values = [scale * rng.normal(size=value.shape) for value in held["values"]]
    student.probe.set_weights(layer, values)
    return layer


def pool(
    student: Student, layer: Any, x: Floats, mask: Mask | None = None
) -> tuple[Floats, Floats]:
    """Context (B, D) and weights (B, T) at inference."""
    return pair(student.probe.forward(layer, x, mask=mask, training=False), x)


def pair(result: Any, x: Floats) -> tuple[Floats, Floats]:
    if type(result) not in (tuple, list) or len(result) != 2:
        raise CheckFailed("Expected the pair (context, weights). What does `call` return?")
    batch, steps, features = x.shape
    context = expect_array(result[0], shape=(batch, features))
    weights = expect_array(result[1], shape=(batch, steps))
    expect(
        bool(np.isfinite(context).all() and np.isfinite(weights).all()),
        "Some of the context or the weights is infinite or not a number (NaN). "
        "What does your softmax do with large scores, and with a row that is padding alone?",
    )
    return context, weights


def expect_attends(weights: Floats) -> None:
    """Keep constant weights from passing checks that only compare answers."""
    expect(
        weights.shape[1] == 1 or float(np.ptp(weights, axis=1).max()) > 1e-3,
        "Words that differ all got the same weight, whatever the parameters. "
        "Does a word's vector enter its score?",
    )


def expect_shares(weights: Floats, real: Mask) -> None:
    expect(
        bool((weights >= 0).all()),
        "Some weight is negative. Is softmax the last thing that makes weights of scores?",
    )
    expect_close(
        weights.sum(axis=1, where=real),
        np.ones(len(real)),
        hint="A row's weights should sum to 1 over its real words. Over which axis does softmax "
        "run, and is anything changed after it?",
    )


@points(1.5)
def check_weights_are_shares(student: Student, rng: np.random.Generator) -> None:
    """Each review's weights are not negative and sum to 1, with and without a mask."""
    for batch, steps, features, units in SIZES:
        x = rng.normal(size=(batch, steps, features))
        _, weights = pool(student, ready(student, rng, x, units), x)
        expect_shares(weights, np.ones((batch, steps), bool))
        expect_attends(weights)
    x = rng.normal(size=(10, 5, 3))
    one_word = np.tile(np.eye(5, dtype=bool), (2, 1))
    # Scores in the hundreds: wherever the one real word's is low, a mild penalty would be higher.
    layer = ready(student, rng, x, 6, scale=100.0)
    for mask in (None, one_word):
        _, weights = pool(student, layer, x, mask)
        expect_shares(weights, np.ones((10, 5), bool) if mask is None else mask)
    x = x[:3].copy()
    _, weights = pool(student, ready(student, rng, x, 6), x, SOME)
    expect_shares(weights, SOME)


@points(1.5)
def check_context_is_the_sum_of_weighted_words(student: Student, rng: np.random.Generator) -> None:
    """The context is the sum over the words of weight times vector, with the weights returned."""
    for batch, steps, features, units in SIZES:
        x = rng.normal(size=(batch, steps, features))
        context, weights = pool(student, ready(student, rng, x, units), x)
        expect_attends(weights)
        expect_close(
            context,
            np.einsum("bt,btd->bd", weights, x),
            hint="The context does not agree with the weights that came with it. Is each word's "
            "vector multiplied by its weight exactly once, and then summed over time?",
        )


@points(1)
def check_weights_follow_the_words(student: Student, rng: np.random.Generator) -> None:
    """Weights depend on the words' vectors, not on their places or on other reviews."""
    x = rng.normal(size=(3, 5, 4))
    layer = ready(student, rng, x, 6)
    order = [3, 0, 4, 1, 2]
    for mask in (SOME, None):
        moved_mask = None if mask is None else mask[:, order].copy()
        context, weights = pool(student, layer, x, mask)
        moved_context, moved = pool(student, layer, x[:, order].copy(), moved_mask)
        expect_close(
            moved,
            weights[:, order],
            hint="The words were put in another order, and their weights did not move along. "
            "Does a score depend on the word's place?",
        )
        expect_close(
            moved_context,
            context,
            hint="The words were put in another order, and the context changed. "
            "Is it a sum over time?",
        )
    expect_attends(weights)
    alone_context, alone = pool(student, layer, x[1:2].copy())
    for one, several in ((alone, weights[1:2]), (alone_context, context[1:2])):
        expect_close(
            one,
            several,
            hint="A review on its own got another answer than in company. "
            "Does something run over the axis of reviews?",
        )


@points(1.5)
def check_padding_gets_nothing(student: Student, rng: np.random.Generator) -> None:
    """Padding gets a weight of exactly 0, and a review of padding alone a context of zeros."""
    x, real = rng.normal(size=(4, 5, 3)), MASK[:, :, np.newaxis]
    for scale, size in ((0.7, 1.0), (100.0, 1e4)):
        layer = ready(student, rng, x, 6, scale=scale)
        context, weights = pool(student, layer, np.where(real, x, size * x), MASK)
        expect(
            bool((weights[~MASK] == 0).all()),
            "Some padded step has a weight that is not exactly 0. Which score does it have before "
            "softmax, and what becomes of a row that is padding alone?",
        )
        expect(
            bool((context[PADDING] == 0).all()),
            "A review of padding alone has nothing to attend to, but its context is not 0. "
            "What are its weights?",
        )


@points(1)
def check_masking_equals_cutting_off(student: Student, rng: np.random.Generator) -> None:
    """Masked steps might as well not be there, whatever stands in them."""
    x = rng.normal(size=(3, 5, 4))
    layer = ready(student, rng, x, 6)
    context, weights = pool(student, layer, x, SOME)
    expect_attends(weights[:2, :3])
    other = np.where(SOME[:, :, np.newaxis], x, 1e4 * rng.normal(size=x.shape))
    for seen, expected in zip(pool(student, layer, other, SOME), (context, weights), strict=True):
        expect_close(
            seen,
            expected,
            hint="Only what stands under the mask changed, and the answer changed with it. "
            "Is the mask applied before softmax as well?",
        )
    for length in (3, 1):
        context, weights = pool(student, layer, x, np.tile(np.arange(5) < length, (3, 1)))
        cut_context, cut = pool(student, layer, x[:, :length].copy())
        expect_close(
            weights[:, :length],
            cut,
            hint="The padded steps were cut off, and the weights of the real words changed. "
            "Do masked scores take part in softmax?",
        )
        expect_close(
            context,
            cut_context,
            hint="The padded steps were cut off, and the context changed. What do they add to it?",
        )


@points(1)
def check_mask_of_keras_is_used_and_ends_here(student: Student, rng: np.random.Generator) -> None:
    """In a functional model the layer uses the implicit mask and does not pass it on."""
    x = rng.normal(size=(3, 5, 4)) * SOME[:, :, np.newaxis]
    layer = ready(student, rng, x, 6)
    found = student.probe.in_functional_model(layer, x, mask_value=0.0)
    inside = pair(found["outputs"], x)
    expect(
        differs(inside[1], pool(student, layer, x)[1]),
        "In a functional model with a mask the weights are those without a mask. "
        "Does `call` have an argument named `mask`, and does it use it?",
    )
    for seen, expected in zip(inside, pool(student, layer, x, SOME), strict=True):
        expect_close(
            seen,
            expected,
            hint="In a functional model, where the mask comes along by itself, the answer is not "
            "the one for the same mask passed by hand. Does your layer do something else there?",
        )
    expect(
        not any(found["masked"]),
        "The layer's results carry the mask of the words on to the next layer, although they "
        "have no words any more. What does `compute_mask` return?",
    )


@points(1)
def check_layer_learns(student: Student, rng: np.random.Generator) -> None:
    """Gradients reach every parameter, and none goes to padding."""
    x, cotangent = rng.normal(size=(4, 5, 3)), rng.normal(size=(4, 3))
    fresh = student.AttentionPooling(6)
    student.probe.forward(fresh, x, training=False)
    first = student.probe.gradients(fresh, x, [cotangent, None], training=False)
    expect(
        any(_moves(part) for part in first["weights"]),
        "With the layer's own start values all gradients are 0, so that it never begins to learn. "
        "Which parameters start at 0, and which products are then 0?",
    )
    layer = ready(student, rng, x, 6)
    found = student.probe.gradients(layer, x, [cotangent, None], mask=MASK, training=False)
    parts = [found["input"], *found["weights"]]
    expect(
        not any(part is not None and not np.isfinite(part).all() for part in parts),
        "Some gradient is infinite or not a number (NaN) when a review is padding alone. "
        "Is something divided by 0 or computed from infinity, even if it is replaced afterwards?",
    )
    # What is added to all scores alike has no effect on a softmax, so a bias may get zeros.
    expect(
        all(part is not None and (part.ndim < 2 or _moves(part)) for part in found["weights"]),
        "Some parameter gets no gradient, so that training never changes it. "
        "Is every parameter used in `call`, and does it stay in tensors all the way?",
    )
    into = found["input"]
    expect(
        into is not None and into.shape == x.shape and _moves(into[MASK]),
        "No gradient reaches the words' vectors, so that the layers before this one never learn.",
    )
    expect(
        bool((np.abs(into[:PADDING][~SOME]) < 1e-6).all()),
        "Padding gets a gradient. How do the vectors under the mask enter the result?",
    )


@points(0.5)
def check_calls_agree_with_each_other(student: Student, rng: np.random.Generator) -> None:
    """The same words get the same answer, in between other lengths, and units is used."""
    x = rng.normal(size=(3, 5, 4))
    layer = ready(student, rng, x, 6)
    first = pool(student, layer, x)
    pool(student, layer, rng.normal(size=(2, 9, 4)))
    for seen, expected in zip(pool(student, layer, x), first, strict=True):
        expect_close(
            seen,
            expected,
            hint="At inference the same words were pooled twice, and the answers differ. "
            "What is random in your layer, or remembered between calls?",
        )
    counts = []
    for units in (2, 7):
        other = student.AttentionPooling(units)
        student.probe.forward(other, x, training=False)
        counts.append(sum(v.size for v in student.probe.weights_of(other)["values"]))
    expect(
        counts[0] < counts[1],
        "A layer with more units has no more parameters. Where does `units` enter?",
    )


@points(1)
def check_layer_can_be_rebuilt_and_loaded(student: Student, rng: np.random.Generator) -> None:
    """The layer can be made again from its configuration, and loaded from a file."""
    x = rng.normal(size=(3, 5, 4)) * SOME[:, :, np.newaxis]
    layer = ready(student, rng, x, 6, name="reader")
    for one in (layer, student.probe.rebuild(layer)):
        config = one.get_config()
        said = [config.get(key) for key in ("units", "name")] if type(config) is dict else []
        expect(
            [type(value) for value in said] == [int, str] and said == [6, "reader"],
            "The configuration should say, among others, the layer's name and its units. Which "
            "entries come from the base class, which must you add, and what does `__init__` do "
            "with the name?",
        )
    found = student.probe.in_functional_model(layer, x, mask_value=0.0)
    loaded = student.probe.save_and_load(found["model"], ["AttentionPooling"])
    before, after = pair(found["outputs"], x), pair(student.probe.forward(loaded, x), x)
    for seen, expected in zip(after, before, strict=True):
        expect_close(
            seen,
            expected,
            hint="A model with the layer gives another answer after it was saved and loaded. Is "
            "every parameter made with `self.add_weight`, or kept in a layer that is an attribute?",
        )


def _moves(gradient: Any) -> bool:
    return gradient is not None and bool((np.abs(gradient) > 1e-7).any())
