def attention_weights(scores, mask=None):
    weights = 1 / (1 + np.exp(-scores))
    return weights if mask is None else np.where(mask, weights, 0)
