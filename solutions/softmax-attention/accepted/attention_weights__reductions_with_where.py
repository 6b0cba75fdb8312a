def attention_weights(scores, mask=None):
    real = True if mask is None else mask
    top = np.maximum.reduce(scores, axis=-1, keepdims=True, initial=-1e9, where=real)
    e = np.exp(np.subtract(scores, top, out=np.zeros_like(scores), where=real))
    total = np.add.reduce(e, axis=-1, keepdims=True, where=real)
    return np.divide(e, total, out=np.zeros_like(e), where=real & (total > 0))
