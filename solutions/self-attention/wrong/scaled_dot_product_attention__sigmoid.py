def scaled_dot_product_attention(queries, keys, values, mask=None):
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(queries.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights = 1 / (1 + np.exp(-scores))
    return weights @ values, weights
