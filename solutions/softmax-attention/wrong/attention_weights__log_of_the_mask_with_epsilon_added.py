def attention_weights(scores, mask=None):
    if mask is not None:
        scores = scores + np.log(mask + 1e-9)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
