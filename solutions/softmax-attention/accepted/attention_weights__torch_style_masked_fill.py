def masked_fill(x, where, value):
    y = np.array(x)
    np.putmask(y, where, value)
    return y


def attention_weights(scores, mask=None):
    pad = np.zeros(scores.shape, bool) if mask is None else np.logical_not(mask)
    x = masked_fill(scores, pad, np.finfo(scores.dtype).min / 2)
    x = x - np.expand_dims(x.max(-1), -1)
    x = masked_fill(np.exp(x), pad, 0)
    s = np.expand_dims(x.sum(-1), -1)
    return x / masked_fill(s, s == 0, 1)
