"""Trusted side. What attention gives, and how far float32 may be off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
AnyFloats = NDArray[np.floating]
Mask = NDArray[np.bool_]
_ULP = 2.0**-23  # of float32


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Right answers, and how far weights (relative) and contexts (absolute) may be off them."""

    context: Floats
    weights: Floats
    rtol: float
    atol: float


def attention(
    queries: AnyFloats, keys: AnyFloats, values: AnyFloats, mask: Mask | None = None
) -> Expected:
    """softmax(q · k / √D) over the keys (Vaswani et al. 2017); nothing where none may be seen."""
    q, k, v = (array.astype(np.float64) for array in (queries, keys, values))
    features = q.shape[-1]
    scores = q @ k.swapaxes(1, 2) / np.sqrt(features)
    size = np.abs(q) @ np.abs(k).swapaxes(1, 2) / np.sqrt(features)
    return _mixed(scores, v, mask, rounding(size, features))


def self_attention(
    x: AnyFloats,
    w_query: AnyFloats,
    w_key: AnyFloats,
    w_value: AnyFloats,
    mask: Mask | None = None,
) -> Expected:
    """Attention of each position of x to all of them; `mask` (B, T, T)."""
    x, w_query, w_key, w_value = (
        array.astype(np.float64) for array in (x, w_query, w_key, w_value)
    )
    q, k, v = x @ w_query, x @ w_key, x @ w_value
    features, root = x.shape[-1], np.sqrt(q.shape[-1])
    off_q, off_k = (rounding(np.abs(x) @ np.abs(w), features) for w in (w_query, w_key))
    large_q, large_k = np.abs(q), np.abs(k).swapaxes(1, 2)
    off = off_q @ large_k + large_q @ off_k.swapaxes(1, 2)
    off = (off + rounding(large_q @ large_k, q.shape[-1])) / root
    return _mixed(q @ k.swapaxes(1, 2) / root, v, mask, off)


def rounding(size: Floats, terms: int) -> Floats:
    """How far a float32 sum of `terms` products may be off, whose sizes add up to `size`."""
    return size * (terms + 4) * _ULP


def _mixed(scores: Floats, values: Floats, mask: Mask | None, off: Floats) -> Expected:
    allowed = np.ones(scores.shape, np.bool_) if mask is None else mask
    highest = scores.max(axis=-1, keepdims=True, where=allowed, initial=-np.inf)
    powers = np.exp(np.where(allowed, scores - highest, -np.inf), where=allowed, out=0 * scores)
    total = powers.sum(axis=-1, keepdims=True)
    weights = powers / np.where(total > 0, total, 1.0)
    rtol = 1e-4 + 2 * float(off.max())
    atol = 1e-6 + rtol * float((weights @ np.abs(values)).max())
    return Expected(context=weights @ values, weights=weights, rtol=rtol, atol=atol)
