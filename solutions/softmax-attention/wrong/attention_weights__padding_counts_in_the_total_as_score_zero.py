def attention_weights(scores, mask=None):
    if mask is None:
        mask = np.ones(scores.shape, bool)
    top = np.where(mask, scores, -1e9).max(axis=-1, keepdims=True)
    e = np.exp(np.where(mask, scores - top, 0))
    return np.where(mask, e / e.sum(axis=-1, keepdims=True), 0)
