def attention_weights(scores, mask=None):
    steps = scores.shape[-1]
    lengths = np.full(scores.shape[:-1], steps) if mask is None else mask.sum(axis=-1)
    real = np.arange(steps) < lengths[..., None]
    s = np.where(real, scores, -1e9)
    e = np.exp(s - s.max(axis=-1, keepdims=True)) * real
    return e / np.maximum(e.sum(axis=-1, keepdims=True), 1e-9)
