def attention_weights(scores, mask=None):
    if scores.ndim > 1:
        masks = [None] * len(scores) if mask is None else mask
        return tuple(attention_weights(s, m) for s, m in zip(scores, masks))
    if mask is None:
        mask = np.ones(len(scores), dtype=bool)
    if not mask.any():
        return np.zeros(len(scores), dtype=np.float32)
    e = np.exp(np.where(mask, scores - scores[mask].max(), -np.inf))
    return e / e.sum()
