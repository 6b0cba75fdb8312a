def attention_weights(scores, mask=None):
    weights = np.zeros(scores.shape, dtype=int)
    s = scores if mask is None else np.where(mask, scores, -1e9)
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    weights[...] = e / e.sum(axis=-1, keepdims=True)
    return weights
