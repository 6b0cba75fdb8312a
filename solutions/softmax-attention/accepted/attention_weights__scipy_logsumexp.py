import scipy.special


def attention_weights(scores, mask=None):
    if mask is not None:
        scores = np.where(mask, scores, np.float32(-np.inf))
    total = scipy.special.logsumexp(scores, axis=-1, keepdims=True)
    total = np.where(np.isfinite(total), total, np.float32(0))
    return np.exp(scores - total)
