def attention_weights(scores, mask=None):
    if mask is None:
        mask = np.ones(scores.shape, bool)
    s = np.where(mask, scores, -1e9)
    e = np.exp(s.T - s.max(axis=-1)) * mask.T
    total = e.sum(axis=0)
    return (e / np.where(total == 0, 1, total)).T
