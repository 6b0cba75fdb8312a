def attention_weights(scores, mask=None):
    s = np.abs(scores) if mask is None else np.where(mask, np.abs(scores), 0)
    total = s.sum(axis=-1, keepdims=True)
    return s / np.where(total == 0, 1, total)
