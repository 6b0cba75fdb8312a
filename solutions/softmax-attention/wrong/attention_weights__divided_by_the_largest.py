def attention_weights(scores, mask=None):
    s = scores if mask is None else np.where(mask, scores, -1e9)
    return np.exp(s - s.max(axis=-1, keepdims=True))
