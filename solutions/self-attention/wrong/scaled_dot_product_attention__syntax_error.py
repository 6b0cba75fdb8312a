def scaled_dot_product_attention(queries, keys, values, mask=None):
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(queries.shape[-1]
    return scores, scores
