from scipy.special import log_softmax


def attention_weights(scores, mask=None):
    if mask is not None:
        scores = np.where(mask, scores, -1e9)
    return log_softmax(scores, axis=-1)
