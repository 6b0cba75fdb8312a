def attention_weights(scores, mask=None):
    if mask is None:
        mask = np.ones(scores.shape, bool)
    real = np.logical_and.accumulate(mask, axis=-1)
    s = np.where(real, scores, -1e9)
    e = np.exp(s - s.max(axis=-1, keepdims=True)) * real
    return e / np.maximum(e.sum(axis=-1, keepdims=True), 1e-9)
