import warnings


def attention_weights(scores, mask=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        s = scores if mask is None else np.where(mask, scores, -np.inf)
        e = np.exp(s - s.max(-1, keepdims=True))
        return np.nan_to_num(e / e.sum(-1, keepdims=True), nan=0.0)
