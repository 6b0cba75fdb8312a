def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    # x W_q (x W_k)^T = x (W_q W_k^T) x^T
    scores = x @ (W_q @ W_k.T) @ x.swapaxes(1, 2) / np.sqrt(W_k.shape[1])
    hidden = np.zeros(scores.shape, bool)
    if mask is not None:
        hidden |= ~mask[:, None]
    if causal:
        hidden |= np.triu(np.ones(scores.shape[1:], bool), 1)
    scores = np.where(hidden, -np.inf, scores)
    top = scores.max(axis=-1, keepdims=True)
    top[~np.isfinite(top)] = 0
    weights = np.exp(scores - top)
    total = weights.sum(axis=-1, keepdims=True)
    weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return weights @ x @ W_v, weights
