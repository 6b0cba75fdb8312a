def attention_weights(scores, mask=None):
    if mask is None:
        mask = scores == scores
    s = np.where(mask, scores, np.finfo(np.float32).min)
    s = s - np.amax(s, axis=-1)[..., None]
    e = np.exp(s)
    return np.where(mask, e / np.sum(e, axis=-1)[..., None], 0.0)
