import scipy.special


def attention_weights(scores, mask=None):
    if mask is None:
        return np.exp(scipy.special.log_softmax(scores, axis=-1))
    s = np.where(mask, scores, -3e4)
    return np.exp(scipy.special.log_softmax(s, axis=-1)) * mask
