def attention_weights(scores, mask=None):
    if mask is None:
        mask = np.ones(scores.shape, bool)
    s = np.where(mask, scores, -1e9)
    e = np.exp(s - s.max(axis=-1, keepdims=True)) * mask
    return np.squeeze(e / np.maximum(e.sum(axis=-1, keepdims=True), 1e-9))
