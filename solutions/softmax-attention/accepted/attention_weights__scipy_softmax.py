from scipy.special import softmax


def attention_weights(scores, mask=None):
    if mask is None:
        return softmax(scores, axis=-1)
    with np.errstate(invalid="ignore"):
        weights = softmax(np.where(mask, scores, -np.inf), axis=-1)
    return np.where(mask, weights, 0)
