def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    q, k, v = x @ W_q, x @ W_k, x @ W_v
    scores = q @ k.swapaxes(1, 2) / np.sqrt(q.shape[-1])
    seen = np.ones(scores.shape, dtype=bool)
    if causal:
        seen = seen & np.tri(x.shape[1], dtype=bool)
    elif mask is not None:
        seen = seen & mask[:, None, :]
    scores = np.where(seen, scores, -np.inf)
    highest = scores.max(axis=-1, keepdims=True)
    highest = np.where(np.isfinite(highest), highest, 0)
    powers = np.exp(scores - highest)
    total = powers.sum(axis=-1, keepdims=True)
    weights = powers / np.where(total > 0, total, 1)
    return weights @ v, weights
