def scaled_dot_product_attention(queries, keys, values, mask=None):
    q, k, v = (np.asarray(a, dtype=np.float64) for a in (queries, keys, values))
    scores = (q[:, :, None, :] * k[:, None, :, :]).sum(axis=-1) / np.sqrt(q.shape[-1])
    if mask is not None:
        scores[~mask] = -np.inf
    with np.errstate(invalid="ignore"):
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
    weights = np.nan_to_num(weights)
    return (weights[..., None] * v[:, None]).sum(axis=2), weights
