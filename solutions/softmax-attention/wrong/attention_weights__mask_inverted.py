def attention_weights(scores, mask=None):
    if mask is None:
        mask = np.zeros(scores.shape, bool)
    s = np.where(mask, -np.inf, scores)
    top = s.max(axis=-1, keepdims=True)
    e = np.exp(s - np.where(np.isfinite(top), top, 0))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1, total)
