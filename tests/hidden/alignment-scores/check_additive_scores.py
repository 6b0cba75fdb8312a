"""Trusted side. Judges `additive_scores` by what comes back; student code runs behind the proxy.

Most checks compare answers with each other, so that one mistake costs once: identity matrices
show the formula without its weights, and products taken outside show the weights.
"""

import numpy as np
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
NAMES = "query", "keys", "W_q", "W_k", "v"


def additive(query: Floats, keys: Floats, v: Floats) -> Floats:
    """Scores (B, T) of queries (B, U) and keys (B, T, U) that are projected already."""
    return np.tanh(query[:, np.newaxis, :] + keys) @ v


def copies(review: Floats, batch: int) -> Floats:
    return np.repeat(review[np.newaxis], batch, axis=0)


def draw(rng: np.random.Generator, *sizes: int) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Query, keys, W_q, W_k and v, small enough that tanh does not saturate."""
    batch, steps, d_query, d_keys, units = sizes
    return (
        rng.normal(size=(batch, d_query)),
        rng.normal(size=(batch, steps, d_keys)),
        rng.normal(size=(d_query, units)) / np.sqrt(d_query),
        rng.normal(size=(d_keys, units)) / np.sqrt(d_keys),
        rng.normal(size=units),
    )


def expect_spread(scores: Floats) -> None:
    """Keep constant answers from passing checks that only compare answers."""
    expect(
        differs(scores, scores[:1, :1]),
        "Reviews and words that differ all got the same score. "
        "Do both the query and the keys enter your result?",
    )


@points(3)
def check_score_follows_the_formula(student: Student, rng: np.random.Generator) -> None:
    """With identity matrices for W_q and W_k, a score is v . tanh(query + key)."""
    for batch, steps, units in ((3, 5, 4), (4, 4, 4), (2, 6, 6), (5, 2, 5), (3, 5, 1)):
        query = copies(rng.normal(size=units), batch)
        keys = copies(rng.normal(size=(steps, units)), batch)
        same, v = np.eye(units), rng.normal(size=units)
        scores = expect_array(
            student.additive_scores(query, keys, same, same, v), shape=(batch, steps)
        )
        expect_close(
            scores,
            additive(query, keys, v),
            hint="Go through one query and one key of two units on paper. What is added, what "
            "does tanh act on, and what is summed last? Is any step missing or one too many?",
        )


@points(2)
def check_scores_stay_within_their_own_review(student: Student, rng: np.random.Generator) -> None:
    """Each query is scored against the keys of its own review only."""
    for batch, steps, d_query, d_keys, units in ((3, 5, 2, 4, 6), (4, 4, 4, 4, 4)):
        query, keys, *weights = draw(rng, batch, steps, d_query, d_keys, units)
        before = expect_array(student.additive_scores(query, keys, *weights), shape=(batch, steps))
        for review in range(batch):
            others = np.arange(batch) != review
            new_query, new_keys = query.copy(), keys.copy()
            new_query[review] = rng.normal(size=d_query)
            new_keys[review] = rng.normal(size=(steps, d_keys))
            for name, inputs in (("query", (new_query, keys)), ("keys", (query, new_keys))):
                after = expect_array(
                    student.additive_scores(*inputs, *weights), shape=(batch, steps)
                )
                expect_close(
                    after[others],
                    before[others],
                    hint=f"The {name} of one review changed, and scores of other reviews changed "
                    "with it. The projected query is (B, U), the projected keys (B, T, U): which "
                    "axes does NumPy line up when you add them?",
                )
                expect(
                    differs(after[review], before[review]),
                    f"The {name} of one review changed, but that review's scores did not. "
                    f"Whose {name} did they come from?",
                )


@points(2)
def check_each_matrix_projects_its_own_input(student: Student, rng: np.random.Generator) -> None:
    """W_q projects the query and W_k the keys, each the right way round."""
    for batch, steps, d_query, d_keys, units in ((3, 5, 4, 4, 4), (3, 5, 2, 4, 6), (2, 3, 6, 5, 4)):
        query, keys, w_query, w_keys, v = draw(rng, batch, steps, d_query, d_keys, units)
        shape = batch, steps
        scores = expect_array(student.additive_scores(query, keys, w_query, w_keys, v), shape=shape)
        same = np.eye(units)
        projected = expect_array(
            student.additive_scores(query @ w_query, keys @ w_keys, same, same, v), shape=shape
        )
        expect_close(
            scores,
            projected,
            hint="Projecting with W_q and W_k beforehand, and then passing identity matrices, "
            "should change nothing. Which matrix meets which input, and which of the matrix's "
            "two axes must have the length of that input's features?",
        )
        for name, new_weights in (("W_q", (-w_query, w_keys)), ("W_k", (w_query, -w_keys))):
            other = expect_array(student.additive_scores(query, keys, *new_weights, v), shape=shape)
            expect(
                differs(other, scores),
                f"Another {name} gave the same scores. Where does {name} enter your formula?",
            )


@points(1.5)
def check_tanh_squashes_every_unit(student: Student, rng: np.random.Generator) -> None:
    """tanh squashes every unit: huge inputs saturate, and opposite inputs give opposite scores."""
    query, keys, _, _, v = draw(rng, 3, 5, 4, 4, 4)
    same = np.eye(4)
    scores = expect_array(student.additive_scores(query, keys, same, same, v), shape=(3, 5))
    expect_spread(scores)
    mirrored = expect_array(student.additive_scores(-query, -keys, same, same, v), shape=(3, 5))
    expect_close(
        mirrored,
        -scores,
        hint="Query and keys changed their sign, and the scores should have done the same. "
        "Which values can your squashing function take, and what does it give at 0?",
    )
    query = rng.choice([1.0, 3.0, -1.0, -3.0], size=(3, 4))
    keys = rng.choice([2.0, -2.0], size=(3, 5, 4))
    large, larger = (
        expect_array(
            student.additive_scores(scale * query, scale * keys, same, same, v), shape=(3, 5)
        )
        for scale in (500.0, 1000.0)
    )
    expect_close(
        larger,
        large,
        hint="For inputs in the hundreds or thousands tanh is already 1 or -1, so that doubling "
        "them should change no score. What keeps yours growing, or makes them overflow?",
    )


@points(1)
def check_v_weighs_the_squashed_units(student: Student, rng: np.random.Generator) -> None:
    """v weighs the units after tanh, so that scores are linear in v."""
    query, keys, w_query, w_keys, v = draw(rng, 3, 5, 4, 4, 4)
    other_v = rng.normal(size=4)

    def scores_for(vector: Floats) -> Floats:
        answer = student.additive_scores(query, keys, w_query, w_keys, vector)
        return expect_array(answer, shape=(3, 5))

    scores = scores_for(v)
    expect_spread(scores)
    with np.errstate(all="ignore"):
        total = scores + scores_for(other_v)
    expect_close(
        scores_for(v + other_v),
        total,
        hint="Scores for the sum of two vectors v should be the sum of their scores. "
        "Does v come in once, after tanh, as a weighted sum over the units?",
    )
    expect_close(
        scores_for(-30.0 * v) / -30.0,
        scores,
        hint="v was multiplied by -30, and the scores should have been as well. "
        "What happens to the scores after v has been applied?",
    )


@points(0.5)
def check_words_are_scored_one_by_one(student: Student, rng: np.random.Generator) -> None:
    """A word's score depends neither on its place nor on the other words."""
    query, keys, *weights = draw(rng, 3, 5, 4, 4, 4)
    scores = expect_array(student.additive_scores(query, keys, *weights), shape=(3, 5))
    expect_spread(scores)
    order = [3, 0, 4, 1, 2]
    moved = student.additive_scores(query, keys[:, order].copy(), *weights)
    expect_close(
        expect_array(moved, shape=(3, 5)),
        scores[:, order],
        hint="The words were put in another order, and their scores did not move along. "
        "Is the score at step t made from the key at step t, for every t?",
    )
    shorter = student.additive_scores(query, keys[:, :3].copy(), *weights)
    expect_close(
        expect_array(shorter, shape=(3, 3)),
        scores[:, :3],
        hint="The last words were cut off, and the scores of the remaining ones changed. "
        "Which step of yours looks at all words at once?",
    )
    longer = student.additive_scores(query, np.tile(keys, (1, 60, 1)), *weights)
    expect_close(
        expect_array(longer, shape=(3, 300)),
        np.tile(scores, (1, 60)),
        hint="The review was repeated until it had 300 words, and not every repetition got the "
        "same scores. Is some length fixed in your code?",
    )


@points(1)
def check_single_review_and_single_word(student: Student, rng: np.random.Generator) -> None:
    """A batch of one review and a review of one word keep both axes, with one unit as well."""
    for size in (4, 1):
        query, keys, *weights = draw(rng, 3, 5, size, size, size)
        scores = expect_array(student.additive_scores(query, keys, *weights), shape=(3, 5))
        expect_spread(scores)
        for batch, steps in ((1, 5), (3, 1), (1, 1)):
            inputs = query[:batch].copy(), keys[:batch, :steps].copy()
            part = expect_array(student.additive_scores(*inputs, *weights), shape=(batch, steps))
            expect_close(
                part,
                scores[:batch, :steps],
                hint="A review or a word on its own got another score than in company. "
                "What does your code do with an axis of length 1?",
            )


@points(1)
def check_call_leaves_no_trace(student: Student, rng: np.random.Generator) -> None:
    """A call leaves its inputs as they were and does not colour the next call."""
    inputs = draw(rng, 3, 5, 2, 4, 6)
    result, after = student.additive_scores.with_arguments(*inputs)
    first = expect_array(result, shape=(3, 5))
    expect_spread(first)
    expect_unchanged(after, **dict(zip(NAMES, inputs, strict=True)))
    student.additive_scores(*draw(rng, 2, 6, 5, 3, 4))
    again = expect_array(student.additive_scores(*inputs), shape=(3, 5))
    expect_close(
        again,
        first,
        hint="The same inputs were scored twice, and the answers differ. "
        "What does your function remember from one call to the next?",
    )
    query, keys, *weights = inputs
    for new_inputs in ((query + 1.0, keys), (query, keys - 1.0)):
        other = expect_array(student.additive_scores(*new_inputs, *weights), shape=(3, 5))
        expect(
            differs(other, first),
            "Other inputs of the same sizes got the answer of an earlier call. "
            "Does your result come from the arguments alone?",
        )
