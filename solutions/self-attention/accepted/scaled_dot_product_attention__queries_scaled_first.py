def scaled_dot_product_attention(queries, keys, values, mask=None):
    q = queries * (queries.shape[-1] ** -0.5)
    scores = np.matmul(q, keys.transpose(0, 2, 1))
    if mask is None:
        mask = np.full(scores.shape, True)
    scores = np.where(mask, scores, np.finfo(scores.dtype).min)
    scores = scores - scores.max(axis=2)[:, :, None]
    exps = np.exp(scores) * mask
    weights = exps / np.maximum(exps.sum(axis=2)[:, :, None], 1e-30)
    return [weights @ values, weights]
