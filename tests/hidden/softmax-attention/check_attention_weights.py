"""Trusted side. Judges `attention_weights` by what comes back; student code runs behind the proxy.

Most checks compare answers with each other, so that one mistake costs once: only the first knows
the formula, and padding stands at the end except where moving it is the point.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

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
Mask = NDArray[np.bool_]
SIZES = ((3, 5), (4, 4), (5, 2), (2, 6))  # B, T
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


def softmax(scores: Floats) -> Floats:
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights: Floats = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return weights


def draw(rng: np.random.Generator, *shape: int) -> Floats:
    """Scores from -4 to 4 that no two words of a row share, in steps that float32 holds exactly."""
    grid = np.broadcast_to(np.arange(-128, 129), (*shape[:-1], 257))
    return rng.permuted(grid, axis=-1)[..., : shape[-1]] / 32.0


def mask_of(lengths: ArrayLike, steps: int) -> Mask:
    """True for the first words of each review, False for the padding behind them."""
    return np.arange(steps) < np.asarray(lengths)[..., np.newaxis]


def ask(
    student: Student, scores: Floats, mask: Mask | None = None, *, keyword: bool = True
) -> Floats:
    if mask is None:
        answer = student.attention_weights(scores)
    elif keyword:
        answer = student.attention_weights(scores, mask=mask)
    else:
        answer = student.attention_weights(scores, mask)
    return expect_array(answer, shape=scores.shape)


def same(one: Floats, other: Floats) -> bool:
    """Whether two sets of weights agree; one NaN is as good as another."""
    return bool(np.allclose(one, other, rtol=1e-4, atol=1e-5, equal_nan=True))


def expect_spread(weights: Floats) -> None:
    """Keep constant answers, and scores, from passing checks that only compare answers."""
    expect(
        bool((weights >= -1e-3).all() and (weights <= 1 + 1e-3).all()),
        "Some weights do not lie between 0 and 1, so they cannot be shares of a whole. "
        "Is softmax's last step missing, or is something left negative or not a number?",
    )
    expect(
        differs(weights, weights[..., :1]),
        "Words with different scores all got the same weight. "
        "Do the scores enter your result, and does every row keep its own words?",
    )


@points(3)
def check_weights_follow_the_formula(student: Student, rng: np.random.Generator) -> None:
    """Without a mask, a weight is exp(score) over the sum of exp(score) along the last axis."""
    for batch, steps in SIZES:
        scores = draw(rng, batch, steps)
        expect_close(
            ask(student, scores),
            softmax(scores),
            hint="Take one row of three scores on paper: exponentiate each, add up, divide. "
            "Along which axis do you add, and does anything else scale or change the scores?",
        )


@points(1.5)
def check_weights_are_shares(student: Student) -> None:
    """Weights are shares: none is negative, a row sums to 1, a higher score gets a larger share."""

    @drawn
    @given(st.integers(2, 5), st.integers(2, 9), st.integers(0, 2**32 - 1))
    def small_batches(batch: int, steps: int, seed: int) -> None:
        judge(draw(np.random.default_rng(seed), batch, steps))

    def judge(scores: Floats) -> None:
        weights = ask(student, scores)
        with np.errstate(all="ignore"):
            total = weights.sum(axis=-1)
            ranked = np.take_along_axis(weights, scores.argsort(axis=-1), axis=-1)
        expect_close(
            total,
            np.ones(len(scores)),
            hint="Each row of weights should sum to 1. What do you divide by, and along which "
            "axis is that total taken?",
        )
        expect(
            bool((ranked >= 0).all() and (ranked[:, 1:] > ranked[:, :-1]).all()),
            "A word got a negative weight, or no larger a weight than a word with a lower score. "
            "Does every word of the row, also of a long one, take part in the softmax?",
        )

    small_batches()
    judge(draw(np.random.default_rng(0), 2, 250))


@points(2)
def check_only_differences_count(student: Student, rng: np.random.Generator) -> None:
    """Only differences within a row count: a shift changes nothing, with scores up to ±10,000."""
    scores = draw(rng, 5, 4)
    weights = ask(student, scores)
    expect_spread(weights)
    mask = mask_of((3, 4, 2, 1, 4), 4)
    masked = ask(student, scores, mask)
    for shifts in (
        (100, 100, 100, 100, 100),
        (-100, 100, 0, -50, 50),
        (-9996, 9996, -9996, -9996, -2),
    ):
        shifted = scores + np.array(shifts, dtype=float)[:, np.newaxis]
        for before, now in (
            (weights, ask(student, shifted)),
            (masked, ask(student, shifted, mask)),
        ):
            expect_close(
                now,
                before,
                hint="The same number was added to all scores of a row, which must not change "
                "its weights. How large or small does exp get on the way, and which number "
                "could you subtract from each row, with the same result, so that it stays in "
                "range? And is what you put at padding far enough below every real score?",
                # float32 has steps of 0.001 at 10,000: log-sum-exp is fine, but not exact there.
                rtol=2e-3,
            )
    extreme = np.array([[1e4, -1e4, -1e4], [-1e4, -1e4, 1e4], [-1e4, 0.0, -1e4]])
    expect_close(
        ask(student, extreme),
        np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]),
        hint="In a row whose best score lies thousands above the others, the best word takes it "
        "all. What do your weights become where exp overflows, or where it gives 0?",
    )


@points(1)
def check_small_weights_survive(student: Student, rng: np.random.Generator) -> None:
    """A word far below the best one keeps its tiny share: it is not rounded, cut off or padded."""
    for top in (0.0, 30.0):
        scores = top - np.stack([rng.permutation([0.0, 20.0, 40.0, 60.0]) for _ in range(3)])
        weights = np.take_along_axis(ask(student, scores), (-scores).argsort(axis=-1), axis=-1)
        best, *others = weights.T
        expect(
            bool((weights > 0).all() and np.isfinite(weights).all()),
            "A word 60 below the best score lost its weight altogether, or got no number. "
            "Are scores or weights clipped, rounded or held in a type of few bits?",
        )
        with np.errstate(all="ignore"):
            first, second, third = (np.log(other / best) for other in others)
        expect(
            bool((first < -1).all()),
            "A word 20 below the best score has much the same weight. Where did the scores go?",
        )
        expect_close(
            np.stack([second, third]),
            np.stack([2 * first, 3 * first]),
            hint="Two words' weights differ by the factor exp(difference of their scores), also "
            "when they differ by 60. What holds the smallest weights up: a limit, or a small "
            "number that is added for safety?",
            rtol=1e-3,
        )


@points(1.5)
def check_padding_gets_exactly_zero(student: Student, rng: np.random.Generator) -> None:
    """Padding gets a weight of exactly 0, and every real word more than 0."""
    for lengths, steps in (((2, 5, 3), 5), ((4, 1, 2, 3), 4), ((6, 3), 6)):
        scores, mask = draw(rng, len(lengths), steps), mask_of(lengths, steps)
        for keyword in (True, False):
            weights = ask(student, scores, mask, keyword=keyword)
            expect_spread(weights[:1, :2])
            expect(
                bool((weights[~mask] == 0).all()),
                "A position where the mask is False got a weight that is not exactly 0. What "
                "must its exponential be, and which value of the mask stands for a real word?",
            )
            expect(
                bool((weights[mask] > 0).all()),
                "A position where the mask is True did not get a positive weight. "
                "Which value of the mask stands for a real word?",
            )


@points(2)
def check_masking_equals_truncation(student: Student) -> None:
    """Masked words count as if they were cut off, and a mask that is True throughout as none."""

    @drawn
    @given(st.integers(2, 5), st.data())
    def any_lengths(batch: int, data: st.DataObject) -> None:
        steps = data.draw(st.integers(2, 6))
        lengths = data.draw(st.lists(st.integers(1, steps), min_size=batch, max_size=batch))
        own = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
        judge(draw(own, batch, steps), lengths, keyword=data.draw(st.booleans()))

    def judge(scores: Floats, lengths: Sequence[int], *, keyword: bool) -> None:
        steps = scores.shape[-1]
        weights = ask(student, scores, mask_of(lengths, steps), keyword=keyword)
        for length in set(lengths):
            rows = np.equal(lengths, length)
            alone = np.ones((len(scores), 1))
            if length > 1:
                alone = ask(student, scores[:, :length].copy())
                expect_spread(alone)
            expect_close(
                weights[rows, :length],
                alone[rows],
                hint="The words of a masked row should get the same weights as in a row that "
                "ends where the padding begins, and so sum to 1 among themselves. Does padding "
                "still take part in the total that you divide by?",
            )

    any_lengths()
    own = np.random.default_rng(0)
    judge(draw(own, 3, 5), (5, 5, 5), keyword=True)
    judge(draw(own, 4, 4), (4, 2, 3, 2), keyword=False)


@points(1.5)
def check_scores_under_the_mask_mean_nothing(student: Student, rng: np.random.Generator) -> None:
    """Whatever score stands under the mask, small or huge, it changes no weight."""
    lengths, steps = (2, 5, 3, 1), 5
    mask = mask_of(lengths, steps)
    scores = draw(rng, len(lengths), steps)
    weights = ask(student, scores, mask)
    expect_spread(weights[:3, :2])
    unmasked = ask(student, scores)
    expect(
        differs(weights, unmasked),
        "The weights are the same with and without a mask. Where does the mask enter?",
    )
    nobody = np.zeros_like(mask)
    nothing = ask(student, scores, nobody)
    for other in (0.0, 50.0, -50.0, 2e4, -2e4, 1e30, -1e30, HUGE, -HUGE):
        expect_close(
            ask(student, np.where(mask, scores, other), mask, keyword=other > 0),
            weights,
            hint="Only scores under the mask were replaced (by finite numbers, some of them "
            "huge). Is padding taken out before the largest score is looked up and before exp? "
            "What is 0 times infinity?",
        )
        # What a row of padding alone should get is judged elsewhere and should not cost twice.
        expect(
            same(ask(student, np.full(scores.shape, other), nobody), nothing),
            "In rows of padding alone, other scores under the mask gave other weights. "
            "Which step depends on the size of scores that should not count?",
        )


@points(2)
def check_nothing_to_attend_to(student: Student, rng: np.random.Generator) -> None:
    """A row of padding alone gets weights of exactly 0, never NaN, and disturbs no other row."""
    for lengths, steps in (((3, 0, 5, 0), 5), ((0, 4, 0, 1), 4), ((0, 0, 0), 5), ((0, 2, 4), 6)):
        scores, mask = draw(rng, len(lengths), steps), mask_of(lengths, steps)
        empty = np.equal(lengths, 0)
        weights = ask(student, scores, mask, keyword=steps == 5)
        expect(
            bool((weights[empty] == 0).all()),
            "A row in which the mask is False throughout did not get zeros only. What do you "
            "divide by in such a row, and what does softmax make of equal scores?",
        )
        beside = ask(student, scores[~empty], mask[~empty]) if not empty.all() else None
        if beside is not None:
            expect(
                differs(beside, 0.0),
                "Rows with real words got no weights at all. Only rows without any get zeros.",
            )
            expect_close(
                weights[~empty],
                beside,
                hint="A row without real words stood beside others, and their weights changed. "
                "Is the case handled row by row?",
            )
    # Zeros for everything would pass so far, if all rows were empty.
    expect_spread(ask(student, draw(rng, 2, 5), np.ones((2, 5), np.bool_)))


@points(1.5)
def check_any_number_of_leading_axes(student: Student, rng: np.random.Generator) -> None:
    """Scores may have 0 to 3 axes before the last, each of length 1 or more, as may the last."""
    scores = draw(rng, 2, 3, 4, 5)
    mask = mask_of(rng.integers(1, 6, size=(2, 3, 4)), 5)
    # The 2-D answer is judged elsewhere; here the other shapes are compared with it.
    plain = np.stack([[ask(student, part) for part in parts] for parts in scores])
    masked = np.stack(
        [
            [ask(student, *pair) for pair in zip(parts, masks, strict=True)]
            for parts, masks in zip(scores, mask, strict=True)
        ]
    )
    expect_spread(plain)
    cuts: tuple[Any, ...] = (
        np.s_[0, 0, 0],
        np.s_[1, 2, 3],
        np.s_[0],
        np.s_[1],
        np.s_[:],
        np.s_[0, 0, :1],
        np.s_[1, :1],
        np.s_[:1, :1, :1],
        np.s_[:, :1, :],
    )
    for number, cut in enumerate(cuts):
        part = scores[cut].copy()
        for before, now in (
            (plain, ask(student, part)),
            (masked, ask(student, part, mask[cut].copy(), keyword=number % 2 == 0)),
        ):
            expect_close(
                now,
                before[cut],
                hint=f"Scores of shape {part.shape} got other weights than the same rows in a "
                "batch of shape (4, 5). Does every step work along the last axis, whatever "
                "stands before it, and keep axes of length 1?",
            )
    # What a row of padding alone should get is judged elsewhere and should not cost twice.
    nobody = np.zeros((4, 5), np.bool_)
    nothing = ask(student, scores[0, 0].copy(), nobody)
    expect(
        same(ask(student, scores[0, 0, 0].copy(), nobody[0]), nothing[0])
        and same(ask(student, scores[0, :1].copy(), nobody[np.newaxis]), nothing[np.newaxis]),
        "A row of padding alone got other weights with more or fewer axes before it.",
    )
    for shape in ((1,), (3, 1), (1, 1), (2, 1, 3, 1)):
        for real in (None, True):
            single = None if real is None else np.ones(shape, np.bool_)
            expect_close(
                ask(student, draw(rng, *shape), single),
                np.ones(shape),
                hint="A row of one real word gives it all its weight.",
            )


@points(1)
def check_weights_move_with_their_words(student: Student, rng: np.random.Generator) -> None:
    """Padding may stand anywhere: words that move take their weights along, and so do reviews."""
    lengths, steps = (3, 6, 2, 5), 6
    scores, mask = draw(rng, len(lengths), steps), mask_of(lengths, steps)
    weights = ask(student, scores, mask)
    expect_spread(weights[:, :2])
    for words in ([5, 4, 3, 2, 1, 0], [2, 0, 5, 1, 4, 3], [4, 1, 3, 0, 5, 2]):
        moved = ask(student, scores[:, words], mask[:, words], keyword=words[0] > 3)
        expect_close(
            moved,
            weights[:, words],
            hint="Words and their padding were put in another order, the mask with them, and the "
            "weights did not move along. Does your code read the mask at every position, or does "
            "it assume that padding comes last?",
        )
    reviews = [2, 0, 3, 1]
    expect_close(
        ask(student, scores[reviews], mask[reviews]),
        weights[reviews],
        hint="The reviews were put in another order, and their weights did not move along. "
        "Which step of yours looks at more than one row at a time?",
    )


@points(1)
def check_call_leaves_no_trace(student: Student, rng: np.random.Generator) -> None:
    """A call leaves its inputs as they were and does not colour the next call."""
    scores, mask = draw(rng, 3, 5), mask_of((2, 5, 3), 5)
    answers = []
    for inputs in ({"scores": scores}, {"scores": scores, "mask": mask}):
        result, after = student.attention_weights.with_arguments(*inputs.values())
        answers.append(expect_array(result, shape=(3, 5)))
        expect_unchanged(after, **inputs)
    student.attention_weights(draw(rng, 2, 6), mask_of((1, 4), 6))
    for arguments, first in zip(((scores,), (scores, mask)), answers, strict=True):
        again = expect_array(student.attention_weights(*arguments), shape=first.shape)
        expect_close(
            again,
            first,
            hint="The same scores were weighed twice, and the answers differ. "
            "What does your function remember from one call to the next?",
        )
        other = student.attention_weights(-scores, *arguments[1:])
        expect(
            differs(expect_array(other, shape=first.shape), first),
            "Other scores of the same shape got the answer of an earlier call. "
            "Does your result come from the arguments alone?",
        )
