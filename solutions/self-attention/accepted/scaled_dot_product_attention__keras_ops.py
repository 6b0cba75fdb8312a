from keras import ops


def scaled_dot_product_attention(queries, keys, values, mask=None):
    scores = ops.einsum("bsd,btd->bst", queries, keys) / float(queries.shape[-1]) ** 0.5
    if mask is None:
        weights = ops.softmax(scores, axis=-1)
    else:
        weights = ops.softmax(ops.where(mask, scores, -1e9), axis=-1)
        weights = weights * ops.cast(mask, "float32")
    return ops.matmul(weights, values), weights
