def attention_weights(scores, mask=None):
    scores -= np.max(scores if mask is None else np.where(mask, scores, -1e9), -1, keepdims=True)
    e = np.exp(scores)
    if mask is not None:
        e[~mask] = 0
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1, total)
