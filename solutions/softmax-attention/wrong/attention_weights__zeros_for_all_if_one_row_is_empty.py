def attention_weights(scores, mask=None):
    if mask is not None:
        if not mask.any(axis=-1).all():
            return np.zeros_like(scores)
        scores = np.where(mask, scores, -1e9)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
