def attention_weights(scores, mask=None):
    s = scores.copy()
    if mask is not None:
        s[~mask] = -2e4
    s -= s.max(axis=-1, keepdims=True)
    np.exp(s, out=s)
    if mask is not None:
        s[~mask] = 0
    total = s.sum(axis=-1, keepdims=True)
    total[total == 0] = 1
    s /= total
    return s
