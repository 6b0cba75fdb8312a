def attention_weights(scores, mask=None):
    if mask is None:
        mask = np.ones(scores.shape, bool)
    for place in np.ndindex(scores.shape[:-1]):
        s = np.where(mask[place], scores[place], -1e9)
        e = np.exp(s - s.max()) * mask[place]
        return e / max(e.sum(), 1e-9)
