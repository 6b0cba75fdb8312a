def attend(q, k, v, causal):
    scores = q @ k.T / np.sqrt(q.shape[1])
    if causal:
        scores[np.triu_indices(len(q), 1)] = -np.inf
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    B, T, _ = x.shape
    context = np.zeros((B, T, W_v.shape[1]), x.dtype)
    weights = np.zeros((B, T, T), x.dtype)
    for b in range(B):
        real = np.arange(T) if mask is None else np.flatnonzero(mask[b])
        if len(real):
            words = x[b, real]
            w = attend(words @ W_q, words @ W_k, words @ W_v, causal)
            weights[b][np.ix_(real, real)] = w
            context[b, real] = w @ (words @ W_v)
    return context, weights
