def attention_weights(scores, mask=None):
    T = scores.shape[-1]
    s = scores.reshape(-1, T)
    m = np.ones(s.shape, bool) if mask is None else mask.reshape(-1, T)
    s = np.where(m, s, -1e9)
    e = np.exp(s - s.max(axis=1, keepdims=True)) * m
    return e / np.maximum(e.sum(axis=1, keepdims=True), 1e-9)
