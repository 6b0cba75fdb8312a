def attention_weights(scores, mask=None):
    weights = 0.5 + 0.5 * np.tanh(scores / 2)
    if mask is not None:
        weights = np.where(mask, weights, 0)
    return weights / np.maximum(weights.sum(axis=-1, keepdims=True), 1e-9)
