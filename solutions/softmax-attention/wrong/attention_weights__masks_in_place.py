def attention_weights(scores, mask=None):
    if mask is not None:
        scores[~mask] = -1e9
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    if mask is not None:
        e *= mask
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1, total)
