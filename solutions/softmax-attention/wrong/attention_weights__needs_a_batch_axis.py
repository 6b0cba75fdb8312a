def attention_weights(scores, mask=None):
    weights = np.zeros(scores.shape)
    for b in range(len(scores)):
        m = np.ones(scores[b].shape, bool) if mask is None else mask[b]
        s = np.where(m, scores[b], -1e9)
        e = np.exp(s - s.max(axis=-1, keepdims=True)) * m
        weights[b] = e / np.maximum(e.sum(axis=-1, keepdims=True), 1e-9)
    return weights
