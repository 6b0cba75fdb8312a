def attention_weights(scores, mask=None):
    m = np.ones_like(scores) if mask is None else mask.astype(scores.dtype)
    s = np.where(m > 0, scores, -2e4)
    e = m * np.exp(s - s.max(axis=-1, keepdims=True))
    total = np.einsum("...t->...", e)[..., np.newaxis]
    return e / np.where(total == 0, 1, total)
