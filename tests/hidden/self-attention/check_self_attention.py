"""Trusted side. Judges `self_attention` by what comes back; student code runs behind the proxy.

The first two checks know the formula and are half of the task. The others compare answers with
each other, so that a mistake beside the formula costs once. Rows of a padding position as query are
not judged.
"""

from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import Phase, given, settings
from numpy.typing import NDArray

from autograder.checks import (
    Student,
    differs,
    expect,
    expect_close,
    expect_unchanged,
    points,
)
from autograder.course.module import load_module

domain = load_module(Path(__file__).with_name("domain.py"))
formula = load_module(Path(__file__).with_name("formula.py"))
pairs = load_module(Path(__file__).with_name("pairs.py"))

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
NAMES = ("x", "W_q", "W_k", "W_v", "mask", "causal")
SIZES = (  # B, T, D, K, V
    (3, 5, 4, 2, 6),
    (2, 3, 6, 5, 4),
    (4, 4, 4, 4, 4),
    (1, 4, 3, 5, 2),
    (3, 1, 4, 2, 5),
    (2, 5, 1, 1, 1),
    (64, 3, 4, 2, 5),
    (2, 200, 3, 4, 2),
    (2, 4, 128, 3, 5),
    (2, 4, 5, 128, 3),
    (2, 4, 5, 3, 128),
)
# One bug at a time, and none made smaller: that would only cost calls.
drawn = settings(
    derandomize=True,
    deadline=None,
    max_examples=20,
    database=None,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
)


def ask(student: Student, inputs: Any, *, keyword: bool = False) -> Pair:
    """Context (B, T, V) and weights (B, T, T) of one call."""
    x, w_query, w_key, w_value, mask, causal = astuple(inputs)
    if keyword:
        answer = student.self_attention(
            x=x, W_q=w_query, W_k=w_key, W_v=w_value, mask=mask, causal=causal
        )
    elif causal:
        answer = student.self_attention(x, w_query, w_key, w_value, mask, causal)
    elif mask is not None:
        answer = student.self_attention(x, w_query, w_key, w_value, mask)
    else:
        answer = student.self_attention(x, w_query, w_key, w_value)
    batch, steps = x.shape[:2]
    width = w_value.shape[1]
    context, weights = pairs.expect_pair(
        answer, context=(batch, steps, width), weights=(batch, steps, steps)
    )
    return context, weights


def only(inputs: Any, kept: Any) -> Any:
    """The same review without the words that are not kept, and without a mask."""
    return replace(inputs, x=inputs.x[:, kept].copy(), mask=None)


def expect_right(student: Student, inputs: Any) -> None:
    x, w_query, w_key, w_value, mask, causal = astuple(inputs)
    batch, steps = x.shape[:2]
    real = np.ones((batch, steps), np.bool_) if mask is None else mask
    seen = np.repeat(real[:, np.newaxis], steps, axis=1)
    if causal:
        seen &= np.tri(steps, dtype=np.bool_)
    expected = formula.self_attention(x, w_query, w_key, w_value, seen)
    context, weights = ask(student, inputs)
    expect_close(
        weights[real],
        expected.weights[real],
        hint="This is about the weights; row s is where position s looks. Which matrix makes "
        "the queries and which one the keys, how many features do these have, and what "
        "divides the scores?",
        rtol=expected.rtol,
        atol=1e-30,  # a tiny share is a share
    )
    expect_close(
        context[real],
        expected.context[real],
        hint="This is about the context; the weights are right. Is it made of x times W_v, "
        "each row mixed by the weights of its own position?",
        rtol=0.0,
        atol=expected.atol,
    )


@points(2.5)
def check_weights_and_context_follow_the_formula(
    student: Student, rng: np.random.Generator
) -> None:
    """Queries, keys and values are x times their own matrix; then attention as in exercise 1."""
    for sizes in SIZES:
        expect_right(student, domain.self_attention_of(rng, *sizes))


@points(2.5)
def check_formula_holds_for_every_promised_input(student: Student) -> None:
    """The same at real sizes, for small and large numbers, with masks, causal and not."""

    @drawn
    @given(domain.self_attention())
    def any_inputs(inputs: Any) -> None:
        expect_right(student, inputs)

    any_inputs()


@points(1)
def check_padding_counts_as_cut_off(student: Student, rng: np.random.Generator) -> None:
    """Padding gets weight exactly 0, wherever it stands, and counts as if it were cut off."""
    for number, sizes in enumerate(((1, 5, 4, 2, 6), (3, 4, 4, 4, 4), (2, 7, 3, 5, 2))):
        plain = domain.self_attention_of(rng, *sizes)
        kept = np.sort(rng.permutation(sizes[1])[: sizes[1] - 2])
        if number == 1:
            kept = np.arange(sizes[1] - 1)
        padding = np.setdiff1d(np.arange(sizes[1]), kept)
        mask = np.zeros(sizes[:2], np.bool_)
        mask[:, kept] = True
        short = ask(student, only(plain, kept))
        pairs.expect_spread(short)
        for under in (None, 0.0, domain.LARGEST, -domain.LARGEST):
            x = plain.x.copy()
            if under is not None:
                x[:, padding] = under
            context, weights = ask(student, replace(plain, x=x, mask=mask), keyword=number == 1)
            expect(
                bool((weights[:, kept][..., padding] == 0).all()),
                "A real word gives padding a weight that is not exactly 0. Where does the mask "
                "(B, T) meet the scores (B, T, T), and along which axis do the keys lie?",
            )
            pairs.expect_same(
                (context[:, kept], weights[:, kept][..., kept]),
                short,
                "The real words should get what they get when the padding is cut off, whatever "
                "vector stands there. Is padding taken out before softmax?",
            )


@points(0.5)
def check_each_review_has_its_own_mask(student: Student, rng: np.random.Generator) -> None:
    """A review of padding alone gets zeros, never NaN, and masks act on their own review."""
    for causal in (False, True):
        plain = replace(domain.self_attention_of(rng, 4, 4, 5, 3, 2), causal=causal)
        mask = np.arange(4) < np.array([[3], [0], [4], [2]])
        context, weights = ask(student, replace(plain, mask=mask), keyword=True)
        expect(
            bool((weights[1] == 0).all() and (context[1] == 0).all()),
            "A review of padding alone did not get zeros only, in weights and context. What do "
            "you divide by where nothing may be seen?",
        )
        for review, length in ((0, 3), (2, 4), (3, 2)):
            one = replace(plain, x=plain.x[review : review + 1, :length].copy())
            alone = ask(student, one)
            pairs.expect_spread(alone)
            pairs.expect_same(
                (context[[review], :length], weights[[review], :length, :length]),
                alone,
                "A review beside others of other lengths got another result than alone and "
                "without padding. Whose mask did it use?",
            )


@points(1)
def check_no_word_sees_the_future(student: Student, rng: np.random.Generator) -> None:
    """With causal=True a later word gets weight exactly 0 and counts as if it were not there."""
    for number, sizes in enumerate(((3, 5, 4, 2, 6), (4, 4, 4, 4, 4), (1, 30, 3, 5, 2))):
        plain = domain.self_attention_of(rng, *sizes)
        steps = sizes[1]
        context, weights = ask(student, replace(plain, causal=True), keyword=number == 0)
        later = np.triu(np.ones((steps, steps), np.bool_), 1)
        expect(
            bool((weights[:, later] == 0).all()),
            "With causal=True a word gives a later one a weight that is not exactly 0. "
            "Row s may look at the columns 0 to s: where does the causal mask meet the scores?",
        )
        pairs.expect_spread((context[:, 1:], weights[:, 1:]))
        for length in {1, 2, steps // 2, steps - 1}:
            shorter = ask(student, replace(plain, x=plain.x[:, :length].copy()))
            pairs.expect_same(
                (context[:, [length - 1]], weights[:, [length - 1], :length]),
                (shorter[0][:, -1:], shorter[1][:, -1:]),
                "A word with causal=True should get what the last word of a review gets that "
                "ends there. Does it see itself and everything before it, and nothing else?",
            )


@points(0.5)
def check_padding_and_future_together(student: Student, rng: np.random.Generator) -> None:
    """With causal=True and a mask, a word sees the real words up to itself."""
    for real in ([1, 1, 0, 1, 1, 0], [0, 0, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0]):
        plain = replace(domain.self_attention_of(rng, 2, 6, 4, 3, 5), causal=True)
        kept = np.flatnonzero(real)
        mask = np.tile(np.array(real, np.bool_), (2, 1))
        context, weights = ask(student, replace(plain, mask=mask))
        short = ask(student, only(plain, kept))
        pairs.expect_spread((short[0][:, 1:], short[1][:, 1:]))
        pairs.expect_same(
            (context[:, kept], weights[:, kept][..., kept]),
            short,
            "There was a mask, and causal=True. The real words should get what they get when the "
            "padding is cut off. Does one of the two replace the other?",
        )


@points(0.5)
def check_words_that_move_take_their_results_along(
    student: Student, rng: np.random.Generator
) -> None:
    """Without causal, the order of the words changes nothing but the order of the results."""
    plain = domain.self_attention_of(rng, 3, 5, 4, 2, 6)
    masked = replace(plain, mask=np.array([[1, 0, 1, 1, 1], [1, 1, 1, 0, 0], [1] * 5], np.bool_))
    for inputs in (plain, masked):
        context, weights = ask(student, inputs)
        pairs.expect_spread(ask(student, plain))
        real = np.ones((3, 5), np.bool_) if inputs.mask is None else inputs.mask
        for order in ([3, 0, 4, 1, 2], [4, 3, 2, 1, 0]):
            mask = None if inputs.mask is None else inputs.mask[:, order]
            moved = ask(student, replace(inputs, x=inputs.x[:, order], mask=mask))
            judged = real[:, order]
            pairs.expect_same(
                (moved[0][judged], moved[1][judged]),
                (context[:, order][judged], weights[:, order][..., order][judged]),
                "The words were put in another order, and their results did not move along. "
                "What in your code depends on the place of a word?",
            )


@points(0.5)
def check_large_scores(student: Student) -> None:
    """Scores of hundreds and of millions give weights, not NaN, also beside padding."""
    same = np.eye(16, dtype=np.float32)
    x = np.full((1, 5, 16), 10.0, np.float32)
    for word in range(5):
        x[0, word, word : word + 3] *= -1
    apart = domain.SelfAttention(x=x, w_query=same, w_key=same, w_value=same[:, :2])
    _, weights = ask(student, apart)
    hint = "Scores were large. What does exp give for them, and what did you subtract?"
    expect_close(weights, np.eye(5)[np.newaxis], hint=hint)
    # All real words score about -3,000,000 here and padding as far above 0: what takes its place
    # lies below.
    ones = np.ones((64, 64), np.float32)
    x = np.full((1, 4, 64), 10.0, np.float32)
    x[0, 2] *= -1
    alike = domain.SelfAttention(
        x=x,
        w_query=ones,
        w_key=-ones,
        w_value=ones[:, :1],
        mask=np.array([[True, True, False, True]]),
    )
    context, weights = ask(student, alike, keyword=True)
    third = 1 / 3
    expect_close(weights[:, [0, 1, 3]], np.tile([third, third, 0.0, third], (1, 3, 1)), hint=hint)
    expect_close(context[:, [0, 1, 3]], np.full((1, 3, 1), 640.0), hint=hint)


@points(0.5)
def check_a_review_stands_alone(student: Student, rng: np.random.Generator) -> None:
    """Reviews do not touch each other, and a batch of one review keeps its axis."""
    plain = domain.self_attention_of(rng, 3, 3, 3, 3, 3)
    context, weights = ask(student, plain)
    pairs.expect_spread((context, weights))
    for review in range(3):
        own = np.s_[review : review + 1]
        pairs.expect_same(
            ask(student, replace(plain, x=plain.x[own].copy())),
            (context[own], weights[own]),
            "A review on its own got another result than in company. Which step of yours looks "
            "at more than one review?",
        )


@points(0.5)
def check_call_leaves_no_trace(student: Student, rng: np.random.Generator) -> None:
    """A call leaves its inputs as they were and does not colour the next call."""
    plain = domain.self_attention_of(rng, 3, 5, 4, 4, 4)
    masked = replace(plain, mask=np.arange(5) < np.array([[5], [3], [4]]), causal=True)
    firsts = []
    for inputs in (plain, masked):
        sent = astuple(inputs)
        answer, after = student.self_attention.with_arguments(*sent)
        firsts.append(pairs.expect_pair(answer, context=(3, 5, 4), weights=(3, 5, 5)))
        expect_unchanged(after, **dict(zip(NAMES, sent, strict=True)))
    pairs.expect_spread(firsts[0])
    ask(student, domain.self_attention_of(rng, 2, 6, 3, 2, 5))
    real = masked.mask
    every = np.ones_like(real)
    for inputs, first, judged in (
        (plain, firsts[0], every),
        (masked, firsts[1], real),
        (plain, firsts[0], every),
    ):
        again = ask(student, inputs)
        pairs.expect_same(
            (again[0][judged], again[1][judged]),
            (first[0][judged], first[1][judged]),
            "The same inputs were given twice, and the answers differ. "
            "What does your function remember from one call to the next?",
        )
    for name, parameter in zip(("w_query", "w_key", "w_value"), NAMES[1:4], strict=True):
        other = ask(student, replace(plain, **{name: -getattr(plain, name)}))
        expect(
            differs(other[0], firsts[0][0]),
            f"Another {parameter} of the same shape gave the context of an earlier call. "
            f"Where does {parameter} enter your formula?",
        )
