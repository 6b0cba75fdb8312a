def attention_weights(scores, mask=None):
    s = scores if mask is None else np.where(mask, scores, -1e9)
    e = np.exp(s - np.max(s, axis=-1, keepdims=True))
    if mask is not None:
        e = e * mask
    return e / max(np.sum(e), 1e-30)
