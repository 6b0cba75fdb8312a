def attention_weights(scores, mask=None):
    s = scores if mask is None else np.where(mask, scores, 0)
    e = np.exp(s - s.mean(axis=-1, keepdims=True))
    if mask is not None:
        e = e * mask
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1, total)
