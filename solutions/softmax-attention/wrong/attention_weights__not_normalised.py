def attention_weights(scores, mask=None):
    e = np.exp(scores)
    return e if mask is None else np.where(mask, e, 0)
