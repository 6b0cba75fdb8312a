def attention_weights(scores, mask=None):
    if mask is None:
        mask = np.full_like(scores, True, dtype=bool)
    s = np.where(mask, scores, -1e9)
    s = s - s.max(-1, keepdims=True)
    w = np.exp(s) / np.exp(s).sum(-1, keepdims=True)
    return w * mask
