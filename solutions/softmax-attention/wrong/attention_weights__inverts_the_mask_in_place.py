def attention_weights(scores, mask=None):
    if mask is None:
        mask = np.ones(scores.shape, bool)
    np.logical_not(mask, out=mask)
    s = np.where(mask, -1e9, scores)
    e = np.where(mask, 0, np.exp(s - s.max(axis=-1, keepdims=True)))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1, total)
