from scipy.special import softmax


def scaled_dot_product_attention(queries, keys, values, mask=None):
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(keys.shape[-1])
    if mask is None:
        weights = softmax(scores, axis=-1)
    else:
        nothing = ~mask.any(axis=-1, keepdims=True)
        weights = softmax(np.where(mask | nothing, scores, -np.inf), axis=-1)
        weights = np.where(nothing, 0, weights)
    return weights @ values, weights
