def attention_weights(scores, mask=None):
    s = scores if mask is None else np.where(mask, scores, np.clip(scores, -1e4, 1e4))
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    return weights if mask is None else weights * mask
