def attention_weights(scores, mask=None):
    if mask is None:
        mask = np.ones(scores.shape, bool)
    top = np.where(mask, scores, -1e4).max(axis=-1, keepdims=True)
    e = np.exp(scores - top) * mask
    return e / np.maximum(e.sum(axis=-1, keepdims=True), 1e-9)
