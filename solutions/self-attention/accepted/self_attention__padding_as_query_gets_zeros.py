def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    B, T, _ = x.shape
    mask = np.ones((B, T), bool) if mask is None else mask
    seen = mask[:, :, None] & mask[:, None, :]
    if causal:
        seen = np.tril(seen)
    scores = np.einsum("bsk,btk->bst", x @ W_q, x @ W_k) / W_q.shape[1] ** 0.5
    scores = np.where(seen, scores, -1e30)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True)) * seen
    weights = powers / np.maximum(powers.sum(axis=-1, keepdims=True), 1e-30)
    return np.einsum("bst,btv->bsv", weights, x @ W_v), weights
