def attention_weights(scores, mask=None):
    s = np.clip(scores, -80, 80)
    e = np.exp(s)
    if mask is not None:
        e = e * mask
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1, total)
