def attention_weights(scores, mask=None):
    if mask is not None:
        scores = np.where(mask, scores, -1e5)
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    if mask is not None:
        e = e * mask
    return e / np.maximum(np.sum(e, axis=-1, keepdims=True), 1e-30)
