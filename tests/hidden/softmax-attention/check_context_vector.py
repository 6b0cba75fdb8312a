"""Trusted side. Judges `context_vector` by what comes back; student code runs behind the proxy.

Most checks compare answers with each other, so that one mistake costs once: reviews that are
copies of each other show the sum, reviews that differ show the batch, and so on.
"""

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from autograder.checks import (
    Student,
    differs,
    expect,
    expect_array,
    expect_close,
    expect_unchanged,
    points,
)

Floats = NDArray[np.float64]
AnyFloats = NDArray[np.floating]
SIZES = ((3, 5, 4), (4, 4, 4), (2, 6, 6), (3, 3, 5), (5, 2, 5))  # B, T, D
HUGE = float(np.finfo(np.float32).max)
# One bug at a time, and none made smaller: that would only cost calls.
drawn = settings(
    derandomize=True,
    deadline=None,
    max_examples=10,
    database=None,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
)


def eighths(rng: np.random.Generator, batch: int, steps: int) -> Floats:
    """Rows of weights that sum to 1, each a multiple of 1/8, which every float type holds."""
    return rng.multinomial(8, np.full(steps, 1 / steps), size=batch) / 8.0


def shares(rng: np.random.Generator, batch: int, steps: int) -> Floats:
    return rng.dirichlet(np.ones(steps), size=batch)


def whole_numbers(rng: np.random.Generator, *shape: int) -> Floats:
    numbers: Floats = rng.integers(1, 9, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    return numbers


def copies(review: AnyFloats, batch: int) -> AnyFloats:
    return np.repeat(review[np.newaxis], batch, axis=0)


def weighted_sum(weights: Floats, values: AnyFloats) -> Floats:
    contexts: Floats = (weights[:, :, np.newaxis] * values).sum(axis=1)
    return contexts


def ask(student: Student, weights: AnyFloats, values: AnyFloats) -> Floats:
    shape = values.shape[0], values.shape[2]
    return expect_array(student.context_vector(weights, values), shape=shape)


def expect_spread(context: Floats) -> None:
    """Keep constant answers from passing checks that only compare answers."""
    expect(
        differs(context, context[:1, :1]),
        "Weights and values that differ gave the same number everywhere. "
        "Do both the weights and the values enter your result?",
    )


@points(2.5)
def check_context_is_the_weighted_sum(student: Student, rng: np.random.Generator) -> None:
    """A context is the sum, over the words, of weight times value, and nothing more."""
    for batch, steps, features in (*SIZES, (2, 250, 3)):
        weights = eighths(rng, batch, steps)
        values = copies(whole_numbers(rng, steps, features), batch)
        if steps == 250:
            weights = np.full((batch, steps), 1 / 250)
        expect_close(
            ask(student, weights, values),
            weighted_sum(weights, values),
            hint="Take one review of two words with three features on paper: each word's values "
            "times its one weight, then added up. Which axis goes away, is each word weighted "
            "once, and is anything divided, squashed or left out?",
        )


@points(2.5)
def check_contexts_stay_within_their_own_review(student: Student, rng: np.random.Generator) -> None:
    """Each review's weights meet the values of that review only."""
    for batch, steps, features in ((3, 5, 4), (4, 4, 4)):
        weights = eighths(rng, batch, steps)
        values = whole_numbers(rng, batch, steps, features)
        before = ask(student, weights, values)
        for review in range(batch):
            others = np.arange(batch) != review
            new_weights, new_values = weights.copy(), values.copy()
            new_weights[review] = np.eye(steps)[weights[review].argmin()]
            new_values[review] = 20.0 + values[review]
            for name, inputs in (
                ("weights", (new_weights, values)),
                ("values", (weights, new_values)),
            ):
                after = ask(student, *inputs)
                expect_close(
                    after[others],
                    before[others],
                    hint=f"The {name} of one review changed, and contexts of other reviews "
                    "changed with them. Which axes does NumPy line up when (B, T) meets "
                    "(B, T, D), in particular when B and T are equal?",
                )
                expect(
                    differs(after[review], before[review]),
                    f"The {name} of one review changed, but that review's context did not. "
                    f"Whose {name} did it come from?",
                )


@points(1.5)
def check_context_lies_among_the_values(student: Student, rng: np.random.Generator) -> None:
    """All weight on one word gives exactly its values; other weights stay between the extremes."""
    for batch, steps, features in SIZES[:3]:
        values = copies(rng.normal(size=(steps, features)).astype(np.float32), batch)
        for step in (0, steps - 1):
            expect_close(
                ask(student, copies(np.eye(steps)[step], batch), values),
                values[:, step],
                hint="One word had all the weight, so its values should have come back with all "
                "their decimals. Is each weight read at its own word's place, are all words "
                "visited, and in which dtype is the sum?",
            )

    @drawn
    @given(st.integers(2, 5), st.integers(2, 6), st.integers(0, 2**32 - 1))
    def any_weights(batch: int, steps: int, seed: int) -> None:
        own = np.random.default_rng(seed)
        values = copies(own.normal(size=(steps, 3)).astype(np.float32), batch)
        context = ask(student, shares(own, batch, steps), values)
        inside = (context >= values.min(axis=1) - 1e-5) & (context <= values.max(axis=1) + 1e-5)
        expect(
            bool(inside.all()),
            "A context lies outside its review's values: below the smallest or above the largest "
            "of a feature. Weights that sum to 1 make a mean; is anything added or scaled?",
        )

    any_weights()


@points(1.5)
def check_contexts_grow_in_proportion(student: Student, rng: np.random.Generator) -> None:
    """A context is linear in the values and in the weights."""
    weights, others = eighths(rng, 3, 4), eighths(rng, 3, 4)
    values, addend = (copies(whole_numbers(rng, 4, 5), 3) for _ in range(2))
    context = ask(student, weights, values)
    expect_spread(context)
    for factor in (-2.0, 1000.0, 0.0):
        unit = max(abs(factor), 1.0)
        expect_close(
            ask(student, weights, factor * values) / unit,
            context * (factor / unit),
            hint=f"The values were multiplied by {factor:g}. What should that do to a weighted "
            "sum, and which step of yours (a limit, a norm, a rectifier) keeps it from happening?",
        )
    with np.errstate(all="ignore"):
        total = context + ask(student, weights, addend)
        mixture = 0.25 * context + 0.75 * ask(student, others, values)
    expect_close(
        ask(student, weights, values + addend),
        total,
        hint="The context of a sum of two sets of values should be the sum of their contexts. "
        "Which step is not a plain sum of products?",
    )
    expect_close(
        ask(student, 0.25 * weights + 0.75 * others, values),
        mixture,
        hint="A mixture of two sets of weights should give the same mixture of their contexts. "
        "Are the weights used as they are, once, without a power, a softmax or a threshold?",
    )


@points(2)
def check_words_without_weight_add_nothing(student: Student, rng: np.random.Generator) -> None:
    """Words of weight 0 add nothing, however large their values, and weights of 0 give zeros."""
    for batch, steps, features in ((4, 5, 3), (4, 4, 4)):
        weights = np.zeros((batch, steps))
        for review, length in enumerate((3, 0, 2, 0)):
            weights[review, :length] = eighths(rng, 1, length)[0] if length else 0.0
        weights[0, :3] = 0.5, 0.25, 0.25
        values = copies(whole_numbers(rng, steps, features), batch)
        context = ask(student, weights, values)
        expect_spread(context[:1])
        expect(
            bool((context[[1, 3]] == 0).all()),
            "A review whose weights are all 0 should have a context of exactly 0. "
            "What do you divide by, or add, when there is nothing to attend to?",
        )
        expect_close(
            context[[0, 2]],
            ask(student, weights[[0, 2]], values[[0, 2]]),
            hint="A review without any weight stood beside others, and their contexts changed. "
            "Which step of yours looks at more than one review at a time?",
        )
        for other in (0.0, 1e6, 1e30, -HUGE):
            padded = np.where(weights[:, :, np.newaxis] > 0, values, other)
            expect_close(
                ask(student, weights, padded),
                context,
                hint="Only values of words with weight 0 were replaced (by finite numbers, some "
                "of them huge), and a context changed. Which step looks at values without "
                "their weights?",
            )


@points(1)
def check_single_review_word_and_feature(student: Student, rng: np.random.Generator) -> None:
    """A batch of one review, a review of one word and values of one feature keep both axes."""
    weights, values = eighths(rng, 3, 5), whole_numbers(rng, 3, 5, 4)
    context = ask(student, weights, values)
    expect_spread(context)
    for batch, features in ((1, 4), (3, 1), (1, 1)):
        part = ask(student, weights[:batch].copy(), values[:batch, :, :features].copy())
        expect_close(
            part,
            context[:batch, :features],
            hint="A review or a feature on its own got another context than in company. "
            "What does your code do with an axis of length 1?",
        )
    for batch, features in ((3, 4), (1, 4), (3, 1), (1, 1)):
        same = np.repeat(values[:, :1], 5, axis=1)[:batch, :, :features].copy()
        part = ask(student, np.ones((batch, 1)), same[:, :1].copy())
        expect_close(
            part,
            ask(student, weights[:batch].copy(), same),
            hint="A review of one word got another context than one that repeats this word. "
            "What does your code do with a T of 1?",
        )


@points(1)
def check_call_leaves_no_trace(student: Student, rng: np.random.Generator) -> None:
    """A call leaves its inputs as they were and does not colour the next call."""
    weights, values = shares(rng, 3, 5), rng.normal(size=(3, 5, 4))
    result, after = student.context_vector.with_arguments(weights, values)
    first = expect_array(result, shape=(3, 4))
    expect_unchanged(after, weights=weights, values=values)
    student.context_vector(shares(rng, 2, 6), rng.normal(size=(2, 6, 3)))
    again = expect_array(student.context_vector(weights, values), shape=(3, 4))
    expect_close(
        again,
        first,
        hint="The same inputs were summed twice, and the answers differ. "
        "What does your function remember from one call to the next?",
    )
    for new_inputs in ((weights[:, ::-1].copy(), values), (weights, values - 1.0)):
        other = expect_array(student.context_vector(*new_inputs), shape=(3, 4))
        expect(
            differs(other, first),
            "Other inputs of the same sizes got the answer of an earlier call. "
            "Does your result come from the arguments alone?",
        )
