def attention_weights(scores, mask=None):
    s = scores if mask is None else np.where(mask, scores, -1e9)
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1)
