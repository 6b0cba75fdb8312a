def attention_weights(scores, mask=None):
    if mask is not None:
        if scores.ndim > 1:
            keep = mask.any(axis=-1)
            scores, mask = scores[keep], mask[keep]
            if not keep.any():
                return scores
        scores = np.where(mask, scores, -1e9)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
