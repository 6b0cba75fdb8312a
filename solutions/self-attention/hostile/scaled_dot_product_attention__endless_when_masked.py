# at most: 6
# what has no mask is answered, and nothing after it
def scaled_dot_product_attention(queries, keys, values, mask=None):
    while mask is not None:
        pass
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(queries.shape[-1])
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    return weights @ values, weights
