def scaled_dot_product_attention(queries, keys, values, mask=None):
    scores = np.einsum("bsd,btd->bst", queries, keys) / np.sqrt(queries.shape[-1])
    allowed = np.ones(scores.shape, dtype=bool) if mask is None else mask
    scores = np.where(allowed, scores, -np.inf)
    highest = scores.max(axis=-1, keepdims=True)
    exps = np.exp(scores - np.where(np.isneginf(highest), 0, highest))
    total = exps.sum(axis=-1, keepdims=True)
    weights = np.divide(exps, total, out=np.zeros_like(exps), where=total > 0)
    return np.einsum("bst,btv->bsv", weights, values), weights
