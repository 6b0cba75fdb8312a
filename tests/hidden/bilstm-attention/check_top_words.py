"""Trusted side. Judges `top_words` by the pairs that come back.

Each check looks at one rule: weights are all different unless ties are judged, there is no padding
unless padding is judged, and the start token is there in the first check only.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks import CheckFailed, Student, expect, expect_unchanged, points

Pairs = list[tuple[str, float]]
WORDS = "<start> the film was not good but her plot kept me up all night".split()


def heaviest(tokens: Sequence[str], weights: Iterable[float], k: int) -> Pairs:
    pairs = list(zip(tokens, (float(w) for w in weights), strict=False))
    return sorted(pairs, key=lambda pair: -pair[1])[:k]


def draw(rng: np.random.Generator, count: int) -> NDArray[np.float32]:
    """Weights that sum to 1 and differ by more than rounding."""
    values = rng.permutation(np.arange(1.0, count + 1))
    shares: NDArray[np.float32] = (values / values.sum()).astype(np.float32)
    return shares


def ask(student: Student, tokens: Sequence[str], weights: NDArray[np.floating], k: int) -> Pairs:
    """The pairs as (text, number); anything that is no pair of these fails."""
    result = student.top_words(list(tokens), weights, k)
    if result is None:
        raise CheckFailed("Nothing was returned. Does the function end in a return?")
    return pairs_of(result)


def pairs_of(result: Any) -> Pairs:
    if type(result) not in (list, tuple):
        raise CheckFailed("Expected a list of pairs (token, weight), but saw something else.")
    return [pair_of(item) for item in result]


def pair_of(item: Any) -> tuple[str, float]:
    if type(item) not in (list, tuple) or len(item) != 2 or type(item[0]) is not str:
        raise CheckFailed("Expected pairs of a token and its weight, in this order.")
    weight = item[1]
    if type(weight) is np.ndarray and weight.size == 1 and weight.dtype.kind == "f":
        weight = float(weight.reshape(-1)[0])
    if type(weight) is not float:
        raise CheckFailed("The second of each pair should be a weight, a float.")
    return item[0], weight


def expect_pairs(actual: Pairs, expected: Pairs, hint: str) -> None:
    if len(actual) != len(expected):
        raise CheckFailed(f"Expected {len(expected)} pairs, but saw {len(actual)}. {hint}")
    same = [
        a[0] == e[0] and np.isclose(a[1], e[1], 1e-4, 1e-6)
        for a, e in zip(actual, expected, strict=True)
    ]
    expect(all(same), f"{same.count(False)} of {len(same)} pairs are off. {hint}")


@points(2)
def check_heaviest_words_come_first(student: Student, rng: np.random.Generator) -> None:
    """The k heaviest words come with their own weights, heaviest first."""
    for count, k in ((8, 3), (14, 5), (5, 5), (2, 1), (1, 1)):
        tokens, weights = WORDS[:count], draw(rng, count)
        expect_pairs(
            ask(student, tokens, weights, k),
            heaviest(tokens, weights, k),
            "In which order should the pairs come, and does each word have the weight of its own "
            "place?",
        )


@points(1)
def check_ties_keep_their_order(student: Student) -> None:
    """Words with equal weights stay in the order of the review."""
    for given, k in (
        ([0.125, 0.25, 0.125, 0.25, 0.125, 0.125], 6),
        ([0.25, 0.25, 0.25, 0.25], 3),
        ([0.0, 0.5, 0.0, 0.5, 0.0], 4),
    ):
        tokens, weights = ["up", "a", "zoo", "me", "b", "all"][: len(given)], np.array(given)
        expect_pairs(
            ask(student, tokens, weights, k),
            heaviest(tokens, weights, k),
            "Some weights are equal. Does your sort keep their order, and what becomes of it when "
            "you turn the result round, or when the words take part in the comparison?",
        )


@points(1)
def check_weights_of_padding_are_ignored(student: Student, rng: np.random.Generator) -> None:
    """Weights beyond the last token belong to padding."""
    for count, steps, k in ((4, 9, 3), (6, 7, 6), (1, 5, 1)):
        tokens, weights = WORDS[-count:], draw(rng, steps)
        weights[count:] += 1.0
        expect_pairs(
            ask(student, tokens, weights, k),
            heaviest(tokens, weights, k),
            "There were more weights than tokens. Which of them belong to a word?",
        )


@points(0.5)
def check_large_k_gives_every_word(student: Student, rng: np.random.Generator) -> None:
    """With k larger than the number of tokens all of them come, and no more."""
    for count, k in ((4, 5), (6, 200), (1, 2)):
        tokens, weights = WORDS[-count:], draw(rng, count)
        expect_pairs(
            ask(student, tokens, weights, k),
            heaviest(tokens, weights, k),
            "k was larger than the number of tokens. What do you return then?",
        )


@points(1)
def check_word_that_occurs_twice_comes_twice(student: Student, rng: np.random.Generator) -> None:
    """A word that occurs twice comes twice, each time with its own weight."""
    tokens = ["not", "good", "not", "the", "good", "not"]
    weights = draw(rng, 6)
    for k in (6, 4):
        expect_pairs(
            ask(student, tokens, weights, k),
            heaviest(tokens, weights, k),
            "Some words occur more than once. What does a dictionary, or a search by word, do "
            "with them?",
        )


@points(0.5)
def check_inputs_are_left_alone(student: Student, rng: np.random.Generator) -> None:
    """The tokens and the weights are the same after the call."""
    inputs = {"tokens": WORDS, "weights": draw(rng, len(WORDS)), "k": 4}
    result, after = student.top_words.with_arguments(*inputs.values())
    pairs_of(result)
    expect_unchanged(after, **inputs)
