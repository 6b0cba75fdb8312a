def attention_weights(scores, mask=None):
    s = np.array(scores, dtype=np.float64)
    m = np.ones(s.shape) if mask is None else np.asarray(mask, dtype=np.float64)
    s[m == 0] = -1e6
    e = m * np.exp(s - s.max(axis=-1, keepdims=True))
    n = e.sum(axis=-1, keepdims=True)
    return np.divide(e, n, out=np.zeros_like(e), where=n != 0)
