"""Trusted side. Takes pairs of context and weights apart and compares them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks import differs, expect, expect_array, expect_close

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
_SPREAD = 1e-3


def expect_pair(answer: Any, *, context: tuple[int, ...], weights: tuple[int, ...]) -> Pair:
    """Context and weights, if a tuple or list of these two came back, in these shapes."""
    expect(answer is not None, "Nothing was returned. Does the function end in a return?")
    expect(
        type(answer) in (tuple, list) and len(answer) == 2,
        "Expected a pair, first the context and then the weights, but saw something else. "
        "Does the function end in `return context, weights`?",
    )
    return expect_array(answer[0], shape=context), expect_array(answer[1], shape=weights)


def expect_same(seen: Pair, before: Pair, hint: str, *, rtol: float = 1e-4) -> None:
    """Compare two pairs; the message says which half of them differs, then `hint`."""
    expect_close(seen[1], before[1], hint=f"This is about the weights. {hint}", rtol=rtol)
    expect_close(seen[0], before[0], hint=f"This is about the context. {hint}", rtol=rtol)


def expect_spread(pair: Pair) -> None:
    """Keep constant and uniform answers from passing checks that only compare answers."""
    context, weights = pair
    expect(
        differs(context, context[:1, :1, :1]),
        "The context is one and the same number everywhere, though the inputs differ. "
        "Does everything that was passed enter your result?",
    )
    lowest = weights.min(axis=-1, where=weights > 0, initial=np.inf)
    expect(
        bool((weights.max(axis=-1) > lowest + _SPREAD).any()),
        "In each row the weights above 0 are all equal, though the scores differ. "
        "Does everything that was passed enter your result?",
    )
