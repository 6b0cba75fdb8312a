def attention_weights(scores, attention_mask=None):
    m = np.ones(scores.shape, bool) if attention_mask is None else attention_mask
    s = np.where(m, scores, -1e9)
    e = np.exp(s - s.max(axis=-1, keepdims=True)) * m
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1, total)
