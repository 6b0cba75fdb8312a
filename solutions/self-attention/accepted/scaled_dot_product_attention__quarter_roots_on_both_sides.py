def scaled_dot_product_attention(queries, keys, values, mask=None):
    # sqrt(D) is split between queries and keys, as some libraries do against overflow
    root = queries.shape[-1] ** 0.25
    scores = (queries / root) @ (keys / root).swapaxes(-1, -2)
    if mask is not None:
        scores = np.where(mask, scores, -1e9)
    exps = np.exp(scores - scores.max(axis=-1, keepdims=True))
    if mask is not None:
        exps = exps * mask
    total = exps.sum(axis=-1, keepdims=True)
    total[total == 0] = 1
    return (exps / total) @ values, exps / total
