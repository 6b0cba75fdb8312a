def attention_weights(scores, mask=None):
    if mask is None:
        mask = np.ones(scores.shape, dtype=bool)
    hidden = np.where(mask, scores, -np.inf)
    top = hidden.max(axis=-1, keepdims=True)
    top[top == -np.inf] = 0
    e = np.exp(hidden - top)
    total = e.sum(axis=-1, keepdims=True)
    total[total == 0] = 1
    return e / total
