def attention_weights(scores, mask=None):
    s = scores.astype(np.float64)
    if mask is not None:
        s = np.where(mask, s, -1e6)
    e = np.exp(s - s.max())
    if mask is not None:
        e = e * mask
    return np.nan_to_num(e / e.sum(axis=-1, keepdims=True))
