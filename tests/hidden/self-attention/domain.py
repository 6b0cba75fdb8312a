"""Trusted side. Which inputs the notebook promises, as Hypothesis strategies: checks draw here."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
Draw = Any

LARGEST = 10.0  # in queries, keys, values and x; 1 in a matrix
REVIEWS, STEPS, FEATURES = 64, 200, 128  # real sizes; more than one at a time only costs time
SMALL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Arguments of `scaled_dot_product_attention`."""

    queries: Floats
    keys: Floats
    values: Floats
    mask: Mask | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfAttention:
    """Arguments of `self_attention`."""

    x: Floats
    w_query: Floats
    w_key: Floats
    w_value: Floats
    mask: Mask | None = None
    causal: bool = False


def numbers(rng: np.random.Generator, *shape: int, up_to: float = 1.0) -> Floats:
    """Numbers between -up_to and up_to."""
    return rng.uniform(-up_to, up_to, size=shape).astype(np.float32)


def attention_of(rng: np.random.Generator, *sizes: int, up_to: float = 2.0) -> Attention:
    """Queries (B, S, D), keys (B, T, D) and values (B, T, V); sizes are B, S, T, D, V."""
    batch, asking, steps, features, width = sizes
    return Attention(
        queries=numbers(rng, batch, asking, features, up_to=up_to),
        keys=numbers(rng, batch, steps, features, up_to=up_to),
        values=numbers(rng, batch, steps, width, up_to=up_to),
    )


def self_attention_of(rng: np.random.Generator, *sizes: int, up_to: float = 1.5) -> SelfAttention:
    """x (B, T, D), W_q and W_k (D, K), W_v (D, V); sizes are B, T, D, K, V.

    The matrices make projections about as large as x, so that softmax does not saturate.
    """
    batch, steps, features, size, width = sizes
    most = min(1.0, 1.7 / features**0.5)
    return SelfAttention(
        x=numbers(rng, batch, steps, features, up_to=up_to),
        w_query=numbers(rng, features, size, up_to=most),
        w_key=numbers(rng, features, size, up_to=most),
        w_value=numbers(rng, features, width, up_to=most),
    )


def mask_of(rng: np.random.Generator, *shape: int) -> Mask:
    """A mask of any pattern in which every row has at least one True."""
    mask = rng.random(shape) < rng.uniform(0.3, 0.8)
    np.put_along_axis(mask, rng.integers(shape[-1], size=(*shape[:-1], 1)), values=True, axis=-1)
    return mask


def _sizes(draw: Draw, *real: int) -> list[int]:
    """Small sizes, one of which may be as large as in practice."""
    sizes = [draw(st.integers(1, SMALL)) for _ in real]
    large = draw(st.none() | st.integers(0, len(real) - 1))
    if large is not None:
        sizes[large] = real[large]
    return sizes


def _rng(draw: Draw) -> np.random.Generator:
    return np.random.default_rng(draw(st.integers(0, 2**32 - 1)))


@st.composite
def attention(draw: Draw) -> Attention:
    """Any promised arguments of `scaled_dot_product_attention`; rows without a True among them."""
    sizes = _sizes(draw, REVIEWS, STEPS, STEPS, FEATURES, FEATURES)
    rng = _rng(draw)
    drawn = attention_of(rng, *sizes, up_to=draw(st.sampled_from([0.1, 2.0, LARGEST])))
    mask = None
    if draw(st.booleans()):
        mask = mask_of(rng, *sizes[:3])
        mask[rng.random(sizes[:2]) < draw(st.sampled_from([0.0, 0.3]))] = False
    return Attention(queries=drawn.queries, keys=drawn.keys, values=drawn.values, mask=mask)


@st.composite
def self_attention(draw: Draw) -> SelfAttention:
    """Any promised arguments of `self_attention`; reviews of padding alone among them."""
    sizes = _sizes(draw, REVIEWS, STEPS, FEATURES, FEATURES, FEATURES)
    rng = _rng(draw)
    drawn = self_attention_of(rng, *sizes, up_to=draw(st.sampled_from([0.1, 1.5, LARGEST])))
    mask = None
    if draw(st.booleans()):
        mask = mask_of(rng, *sizes[:2])
        mask[rng.random(sizes[0]) < draw(st.sampled_from([0.0, 0.3]))] = False
    return SelfAttention(
        x=drawn.x,
        w_query=drawn.w_query,
        w_key=drawn.w_key,
        w_value=drawn.w_value,
        mask=mask,
        causal=draw(st.booleans()),
    )


def steps() -> st.SearchStrategy[int]:
    """Any promised argument of `causal_mask`."""
    return st.integers(1, SMALL) | st.just(STEPS)
