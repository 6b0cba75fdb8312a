def one_query(query, keys, values, seen):
    weights = np.zeros(len(keys))
    if seen.any():
        scores = keys[seen] @ query / len(query) ** 0.5
        powers = np.exp(scores - scores.max())
        weights[seen] = powers / powers.sum()
    return weights @ values, weights


def scaled_dot_product_attention(queries, keys, values, mask=None):
    if mask is None:
        mask = np.ones((len(queries), queries.shape[1], keys.shape[1]), bool)
    contexts, weights = [], []
    for q, k, v, m in zip(queries, keys, values, mask):
        pairs = [one_query(query, k, v, seen) for query, seen in zip(q, m)]
        contexts.append([c for c, _ in pairs])
        weights.append([w for _, w in pairs])
    return np.array(contexts), np.array(weights)
