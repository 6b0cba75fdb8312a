def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    B, T, _ = x.shape
    seen = np.ones((B, T, T), bool) if mask is None else np.repeat(mask[:, None], T, axis=1)
    if causal:
        seen = np.tril(seen)
    weights = seen / np.maximum(seen.sum(axis=-1, keepdims=True), 1)
    return weights @ (x @ W_v), weights
