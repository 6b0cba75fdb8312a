"""Trusted side. Judges `scaled_dot_product_attention` by what comes back from behind the proxy.

The first two checks know the formula and are half of the task. The others compare answers with
each other, so that a mistake beside the formula costs once.
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
NAMES = ("queries", "keys", "values", "mask")
SIZES = (  # B, S, T, D, V
    (3, 2, 5, 4, 6),
    (2, 5, 3, 6, 4),
    (4, 4, 4, 4, 4),
    (1, 1, 4, 3, 2),
    (2, 3, 6, 1, 1),
    (2, 3, 1, 4, 2),
    (64, 2, 3, 4, 5),
    (2, 200, 3, 4, 5),
    (2, 3, 200, 4, 5),
    (2, 3, 5, 128, 4),
    (2, 3, 5, 4, 128),
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
    """Context (B, S, V) and weights (B, S, T) of one call."""
    queries, keys, values, mask = astuple(inputs)
    if keyword:
        answer = student.scaled_dot_product_attention(
            queries=queries, keys=keys, values=values, mask=mask
        )
    elif mask is None:
        answer = student.scaled_dot_product_attention(queries, keys, values)
    else:
        answer = student.scaled_dot_product_attention(queries, keys, values, mask)
    batch, asking = queries.shape[:2]
    steps, width = values.shape[1:]
    context, weights = pairs.expect_pair(
        answer, context=(batch, asking, width), weights=(batch, asking, steps)
    )
    return context, weights


def expect_right(student: Student, inputs: Any) -> None:
    expected = formula.attention(*astuple(inputs))
    context, weights = ask(student, inputs)
    # What a query gets that may see nothing is judged elsewhere.
    sees = np.ones(weights.shape[:2], np.bool_) if inputs.mask is None else inputs.mask.any(axis=-1)
    expect_close(
        weights[sees],
        expected.weights[sees],
        hint="This is about the weights. Take one query and two keys on paper: which number "
        "divides their dot products, and over which axis does softmax add up?",
        rtol=expected.rtol,
        atol=1e-30,  # a tiny share is a share
    )
    expect_close(
        context[sees],
        expected.context[sees],
        hint="This is about the context; the weights are right. Which axis of the values is "
        "summed, and do the weights of each query meet the values of its own review?",
        rtol=0.0,
        atol=expected.atol,
    )


@points(2.5)
def check_weights_and_context_follow_the_formula(
    student: Student, rng: np.random.Generator
) -> None:
    """Weights are softmax(q · k / √D) over the keys; contexts are the values mixed by them."""
    for sizes in SIZES:
        expect_right(student, domain.attention_of(rng, *sizes))


@points(2.5)
def check_formula_holds_for_every_promised_input(student: Student) -> None:
    """The same at real sizes, for small and large numbers, with any mask and without one."""

    @drawn
    @given(domain.attention())
    def any_inputs(inputs: Any) -> None:
        expect_right(student, inputs)

    any_inputs()


@points(1)
def check_what_may_not_be_seen_gets_exactly_zero(
    student: Student, rng: np.random.Generator
) -> None:
    """Where the mask is False the weight is exactly 0, elsewhere more; each query has its own."""
    for number, sizes in enumerate(((3, 2, 5, 4, 6), (4, 4, 4, 4, 4), (2, 6, 3, 5, 2))):
        plain = domain.attention_of(rng, *sizes)
        mask = domain.mask_of(rng, *sizes[:3])
        mask[0, 0], mask[0, 1] = np.eye(sizes[2])[[0, -1]] == 1
        context, weights = ask(student, replace(plain, mask=mask), keyword=number == 0)
        pairs.expect_spread((context, weights))
        expect(
            bool((weights[~mask] == 0).all()),
            "A weight is not exactly 0 where the mask is False. What must its exponential be, "
            "which value of the mask stands for a key that may be seen, and does each query use "
            "its own row of the mask?",
        )
        expect(
            bool((weights[mask] > 0).all()),
            "A weight is not above 0 where the mask is True. Which value of the mask stands for a "
            "key that may be seen, and does each query use its own row of the mask?",
        )


@points(1.5)
def check_masking_equals_leaving_out(student: Student, rng: np.random.Generator) -> None:
    """A masked key counts as if it and its value were not there, whatever stands in them."""
    for sizes in ((3, 2, 5, 4, 6), (3, 3, 3, 3, 3), (2, 3, 6, 64, 4)):
        batch, _, steps, _, _ = sizes
        plain = domain.attention_of(rng, *sizes, up_to=1.0)
        if plain.queries.shape[-1] == 64:
            # Scores under the mask reach 800 then, those beside it stay small.
            plain = replace(plain, queries=10 * np.sign(plain.queries), keys=plain.keys / 10)
        keep = np.sort(rng.permutation(steps)[: max(2, steps - 2)])
        mask = np.zeros(sizes[:3], np.bool_)
        mask[..., keep] = True
        left = replace(plain, keys=plain.keys[:, keep], values=plain.values[:, keep])
        short = ask(student, left)
        pairs.expect_spread(short)
        for under in (None, 0.0, domain.LARGEST, -domain.LARGEST):
            keys, values = plain.keys.copy(), plain.values.copy()
            if under is not None:
                hidden = np.setdiff1d(np.arange(steps), keep)
                # The direction of a query: its scores under the mask become as large as they can.
                keys[:, hidden] = under * np.sign(plain.queries[:, :1])
                values[:, hidden] = under
            context, weights = ask(
                student, replace(plain, keys=keys, values=values, mask=mask), keyword=batch == 2
            )
            pairs.expect_same(
                (context, weights[..., keep]),
                short,
                "Some keys were masked for all queries, and the rest should be as if these keys "
                "and their values had been left out. Is a masked score taken out before the "
                "largest one is looked up and before the sum, or only afterwards?",
            )

    everything = domain.attention_of(rng, 2, 3, 4, 5, 6)
    pairs.expect_same(
        ask(student, replace(everything, mask=np.ones((2, 3, 4), np.bool_))),
        ask(student, everything),
        "A mask that is True everywhere should change nothing.",
    )


@points(1)
def check_nothing_to_attend_to(student: Student, rng: np.random.Generator) -> None:
    """A query that may see no key gets zeros, never NaN, and disturbs no other query."""
    for sizes in ((3, 4, 5, 4, 2), (2, 2, 2, 2, 2), (1, 3, 1, 4, 3)):
        plain = domain.attention_of(rng, *sizes)
        mask = domain.mask_of(rng, *sizes[:3])
        full = ask(student, replace(plain, mask=mask))
        blind = rng.random(sizes[:2]) < 0.4
        blind[0, 0] = True
        mask[blind] = False
        for none in (mask, np.zeros_like(mask)):
            context, weights = ask(student, replace(plain, mask=none), keyword=none is mask)
            empty = ~none.any(axis=-1)
            expect(
                bool((weights[empty] == 0).all() and (context[empty] == 0).all()),
                "A query whose row of the mask is False throughout did not get zeros only, in "
                "weights and context. What do you subtract and divide by in such a row, and what "
                "does softmax make of equal scores?",
            )
            pairs.expect_same(
                (context[~empty], weights[~empty]),
                (full[0][~empty], full[1][~empty]),
                "A query that may see nothing stood beside others, and their results changed. "
                "Is the case handled for each row on its own?",
            )
    # Zeros for everything would pass so far, if all rows were blind.
    pairs.expect_spread(ask(student, domain.attention_of(rng, 2, 3, 4, 5, 6)))


@points(0.5)
def check_large_scores(student: Student, rng: np.random.Generator) -> None:
    """Scores in the hundreds give weights, not NaN, and only differences between them count."""
    for features in (4, 64, 128):
        plain = domain.attention_of(rng, 2, 3, 4, features, 2)
        before = ask(student, plain)
        pairs.expect_spread(before)
        for shift in (3.0, -5.0, 8.0):
            shifted = replace(plain, keys=plain.keys + np.float32(shift))
            slack = formula.attention(*astuple(shifted)).rtol
            pairs.expect_same(
                ask(student, shifted),
                before,
                "The same vector was added to all keys, so all scores of a query moved by the "
                "same amount, which must not change its weights. Which number could you subtract "
                "from each row before exp?",
                rtol=max(slack, 1e-3),
            )
    apart = domain.attention_of(rng, 2, 2, 4, 128, 3, up_to=1.0)
    apart.queries[0, 0] = 10.0
    apart.keys[0] = 10.0 * np.sign(apart.keys[0])
    apart.keys[0, 0] = 10.0  # a score of 1131 for one query, and below 50 for all others
    together = ask(student, apart)
    for review, query in ((0, 1), (1, 0)):
        own = np.s_[review : review + 1]
        alone = replace(apart, queries=apart.queries[own, query : query + 1].copy())
        alone = replace(alone, keys=apart.keys[own].copy(), values=apart.values[own].copy())
        context, weights = ask(student, alone)
        pairs.expect_spread((context, weights))
        pairs.expect_same(
            (together[0][own, query : query + 1], together[1][own, query : query + 1]),
            (context, weights),
            "A query stood beside one whose scores are a thousand times as large, and got another "
            "result than alone. Does each row have a number of its own to subtract?",
            rtol=1e-3,
        )
    for sign in (1.0, -1.0):
        keys = np.full((1, 3, 128), -10.0 * sign, np.float32)
        keys[0, 1] *= -1
        inputs = domain.Attention(
            queries=np.full((1, 1, 128), 10.0, np.float32),
            keys=keys,
            values=np.array([[[1.0], [2.0], [6.0]]], np.float32),
        )
        expect_close(
            ask(student, inputs)[1],
            np.array([[[0.0, 1.0, 0.0] if sign > 0 else [0.5, 0.0, 0.5]]]),
            hint="The highest scores lay thousands above the others, so they share the weight. "
            "What does exp give for such scores, and what did you subtract?",
        )


@points(0.5)
def check_queries_keys_and_reviews_stand_alone(student: Student, rng: np.random.Generator) -> None:
    """Reviews and queries do not touch each other, keys may come in any order, axes of 1 stay."""
    plain = domain.attention_of(rng, 3, 4, 5, 4, 4)
    context, weights = ask(student, plain)
    pairs.expect_spread((context, weights))
    for review, query in ((0, 0), (2, 1), (1, 3)):
        one = domain.Attention(
            queries=plain.queries[review : review + 1, query : query + 1].copy(),
            keys=plain.keys[review : review + 1].copy(),
            values=plain.values[review : review + 1].copy(),
        )
        own = np.s_[review : review + 1, query : query + 1]
        pairs.expect_same(
            ask(student, one),
            (context[own], weights[own]),
            "One query on its own got another result than in company. Which step of yours looks "
            "at more than one query or review, or loses an axis of length 1?",
        )
    order = [3, 0, 4, 1, 2]
    moved = replace(plain, keys=plain.keys[:, order], values=plain.values[:, order])
    pairs.expect_same(
        ask(student, moved),
        (context, weights[..., order]),
        "Keys and values were put in another order. Weights should move with their keys, and the "
        "context should stay. What in your code depends on the place of a key?",
    )


@points(0.5)
def check_call_leaves_no_trace(student: Student, rng: np.random.Generator) -> None:
    """A call leaves its inputs as they were and does not colour the next call."""
    plain = domain.attention_of(rng, 3, 4, 5, 4, 4)
    masked = replace(plain, mask=domain.mask_of(rng, 3, 4, 5))
    firsts = []
    for inputs in (plain, masked):
        sent = astuple(inputs)
        answer, after = student.scaled_dot_product_attention.with_arguments(*sent)
        firsts.append(pairs.expect_pair(answer, context=(3, 4, 4), weights=(3, 4, 5)))
        expect_unchanged(after, **dict(zip(NAMES, sent, strict=True)))
    pairs.expect_spread(firsts[0])
    ask(student, domain.attention_of(rng, 2, 6, 3, 2, 5))
    for inputs, first in zip((plain, masked, plain), (*firsts, firsts[0]), strict=True):
        pairs.expect_same(
            ask(student, inputs),
            first,
            "The same inputs were given twice, and the answers differ. "
            "What does your function remember from one call to the next?",
        )
    for name in NAMES[:3]:
        other = ask(student, replace(plain, **{name: -getattr(plain, name)}))
        expect(
            differs(other[0], firsts[0][0]),
            f"Other {name} of the same shape got the context of an earlier call. "
            "Does your result come from the arguments alone?",
        )
