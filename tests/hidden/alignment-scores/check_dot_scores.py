"""Trusted side. Judges `dot_scores` by what comes back; student code runs behind the proxy.

Most checks compare answers with each other, so that one mistake costs once: reviews that are
copies of each other show the formula, reviews that differ show the batch, and so on.
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
SIZES = ((3, 5, 4), (4, 4, 4), (2, 6, 6), (3, 3, 5), (5, 2, 5), (3, 5, 1))  # B, T, D


def dot(query: Floats, keys: Floats) -> Floats:
    """Scores (B, T) of keys (B, T, D) for queries (B, D)."""
    scores: Floats = (query[:, np.newaxis, :] * keys).sum(axis=-1)
    return scores


def whole_numbers(rng: np.random.Generator, *shape: int) -> Floats:
    numbers: Floats = rng.integers(1, 5, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    return numbers


def copies(review: Floats, batch: int) -> Floats:
    return np.repeat(review[np.newaxis], batch, axis=0)


def draw(rng: np.random.Generator, batch: int, steps: int, features: int) -> tuple[Floats, Floats]:
    return rng.normal(size=(batch, features)), rng.normal(size=(batch, steps, features))


def expect_spread(scores: Floats) -> None:
    """Keep constant answers from passing checks that only compare answers."""
    expect(
        differs(scores, scores[:1, :1]),
        "Reviews and words that differ all got the same score. "
        "Do both the query and the keys enter your result?",
    )


@points(2)
def check_score_is_a_dot_product(student: Student, rng: np.random.Generator) -> None:
    """A score is the sum, over the features, of query times key, and nothing more."""
    for batch, steps, features in SIZES:
        query = copies(whole_numbers(rng, features), batch)
        keys = copies(whole_numbers(rng, steps, features), batch)
        scores = expect_array(student.dot_scores(query, keys), shape=(batch, steps))
        expect_close(
            scores,
            dot(query, keys),
            hint="Take one query and one key of three features on paper. Which axis do you sum "
            "over, and does anything scale, cut or rectify the sum afterwards?",
        )


@points(2)
def check_scores_stay_within_their_own_review(student: Student, rng: np.random.Generator) -> None:
    """Each query is scored against the keys of its own review only."""
    for batch, steps, features in ((3, 5, 4), (4, 4, 4)):
        query = whole_numbers(rng, batch, features)
        keys = whole_numbers(rng, batch, steps, features)
        before = expect_array(student.dot_scores(query, keys), shape=(batch, steps))
        for review in range(batch):
            others = np.arange(batch) != review
            new_query, new_keys = query.copy(), keys.copy()
            new_query[review] *= -2.0
            new_keys[review] *= -2.0
            for name, inputs in (("query", (new_query, keys)), ("keys", (query, new_keys))):
                after = expect_array(student.dot_scores(*inputs), shape=(batch, steps))
                expect_close(
                    after[others],
                    before[others],
                    hint=f"The {name} of one review changed, and scores of other reviews changed "
                    "with it. Along which axis do the reviews lie in the query, and where does "
                    "that axis end up when NumPy lines it up with the keys?",
                )
                expect(
                    differs(after[review], before[review]),
                    f"The {name} of one review changed, but that review's scores did not. "
                    f"Whose {name} did they come from?",
                )


@points(1)
def check_scores_grow_in_proportion(student: Student, rng: np.random.Generator) -> None:
    """A score is not yet a weight: it may be negative, zero or large, and grows with its inputs."""
    query, keys = whole_numbers(rng, 3, 4), whole_numbers(rng, 3, 5, 4)
    scores = expect_array(student.dot_scores(query, keys), shape=(3, 5))
    expect_spread(scores)
    for factor in (-2.0, 1000.0, 0.0):
        for name, inputs in (("query", (factor * query, keys)), ("keys", (query, factor * keys))):
            scaled = expect_array(student.dot_scores(*inputs), shape=(3, 5))
            unit = max(abs(factor), 1.0)
            expect_close(
                scaled / unit,
                scores * (factor / unit),
                hint=f"The {name} was multiplied by {factor:g}. What should that do to a sum of "
                "products, and which step of yours (a softmax, a norm, a limit, an absolute "
                "value) keeps it from happening?",
            )


@points(0.5)
def check_words_are_scored_one_by_one(student: Student, rng: np.random.Generator) -> None:
    """A word's score depends neither on its place nor on the other words."""
    query, keys = draw(rng, 3, 5, 4)
    scores = expect_array(student.dot_scores(query, keys), shape=(3, 5))
    expect_spread(scores)
    order = [3, 0, 4, 1, 2]
    moved = expect_array(student.dot_scores(query, keys[:, order].copy()), shape=(3, 5))
    expect_close(
        moved,
        scores[:, order],
        hint="The words were put in another order, and their scores did not move along. "
        "Is the score at step t made from the key at step t, for every t?",
    )
    shorter = expect_array(student.dot_scores(query, keys[:, :3].copy()), shape=(3, 3))
    expect_close(
        shorter,
        scores[:, :3],
        hint="The last words were cut off, and the scores of the remaining ones changed. "
        "Which step of yours looks at all words at once?",
    )
    longer = expect_array(student.dot_scores(query, np.tile(keys, (1, 60, 1))), shape=(3, 300))
    expect_close(
        longer,
        np.tile(scores, (1, 60)),
        hint="The review was repeated until it had 300 words, and not every repetition got the "
        "same scores. Is some length fixed in your code?",
    )


@points(1)
def check_single_review_and_single_word(student: Student, rng: np.random.Generator) -> None:
    """A batch of one review and a review of one word keep both axes."""
    query, keys = draw(rng, 3, 5, 4)
    scores = expect_array(student.dot_scores(query, keys), shape=(3, 5))
    expect_spread(scores)
    for batch, steps in ((1, 5), (3, 1), (1, 1)):
        inputs = query[:batch].copy(), keys[:batch, :steps].copy()
        part = expect_array(student.dot_scores(*inputs), shape=(batch, steps))
        expect_close(
            part,
            scores[:batch, :steps],
            hint="A review or a word on its own got another score than in company. "
            "What does your code do with an axis of length 1?",
        )


@points(0.5)
def check_decimals_survive(student: Student, rng: np.random.Generator) -> None:
    """Scores keep their decimals: nothing is rounded, cut to whole numbers or halved in width."""
    for batch, steps, features in ((3, 5, 4), (4, 4, 4), (2, 6, 6)):
        query = whole_numbers(rng, batch, features)
        keys = whole_numbers(rng, batch, steps, features)
        whole = expect_array(student.dot_scores(query, keys), shape=(batch, steps))
        expect_spread(whole)
        parts = expect_array(student.dot_scores(query / 7, keys / 7), shape=(batch, steps))
        expect_close(
            parts,
            whole / 49,
            hint="Whole numbers were divided by 7, and the scores did not become a 49th. "
            "Which dtype do your arrays have on the way, and is anything rounded or rescaled?",
        )


@points(1)
def check_call_leaves_no_trace(student: Student, rng: np.random.Generator) -> None:
    """A call leaves its inputs as they were and does not colour the next call."""
    query, keys = draw(rng, 3, 5, 4)
    result, after = student.dot_scores.with_arguments(query, keys)
    first = expect_array(result, shape=(3, 5))
    expect_spread(first)
    expect_unchanged(after, query=query, keys=keys)
    student.dot_scores(*draw(rng, 2, 6, 3))
    again = expect_array(student.dot_scores(query, keys), shape=(3, 5))
    expect_close(
        again,
        first,
        hint="The same inputs were scored twice, and the answers differ. "
        "What does your function remember from one call to the next?",
    )
    for new_inputs in ((query + 1.0, keys), (query, keys - 1.0)):
        other = expect_array(student.dot_scores(*new_inputs), shape=(3, 5))
        expect(
            differs(other, first),
            "Other inputs of the same sizes got the answer of an earlier call. "
            "Does your result come from the arguments alone?",
        )
