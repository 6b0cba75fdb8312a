def attention_weights(scores, mask=None):
    B, T = scores.shape
    weights = np.zeros((B, T))
    for b in range(B):
        real = np.ones(T, bool) if mask is None else mask[b]
        if real.any():
            e = np.exp(scores[b][real] - scores[b][real].max())
            weights[b, real] = e / e.sum()
    return weights
