def attention_weights(scores, mask=None):
    s = scores.astype(np.float64)
    if mask is not None:
        s = np.where(mask, s, -np.inf)
    e = np.exp(s)
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1, total)
