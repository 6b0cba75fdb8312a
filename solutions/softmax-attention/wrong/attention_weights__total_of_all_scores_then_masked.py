def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attention_weights(scores, mask=None):
    weights = softmax(scores)
    if mask is not None:
        weights[~mask] = 0
    return weights
