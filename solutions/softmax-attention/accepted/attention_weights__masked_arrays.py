def attention_weights(scores, mask=None):
    hidden = np.zeros(scores.shape, bool) if mask is None else ~mask
    s = np.ma.array(scores, mask=hidden)
    e = np.ma.exp(s - s.max(axis=-1, keepdims=True))
    w = e / e.sum(axis=-1, keepdims=True)
    return w.filled(0.0)
