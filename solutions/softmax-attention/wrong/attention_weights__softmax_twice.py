def softmax(x, real):
    x = np.where(real, x, -1e9)
    e = np.exp(x - x.max(axis=-1, keepdims=True)) * real
    return e / np.maximum(e.sum(axis=-1, keepdims=True), 1e-9)


def attention_weights(scores, mask=None):
    real = np.ones(scores.shape, bool) if mask is None else mask
    return softmax(softmax(scores, real), real)
