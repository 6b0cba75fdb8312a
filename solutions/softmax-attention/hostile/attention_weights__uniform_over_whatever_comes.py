def attention_weights(scores, mask=None):
    real = np.ones(scores.shape) if mask is None else mask.astype(float)
    return real / np.maximum(real.sum(axis=-1, keepdims=True), 1)
