from keras import ops


def additive_scores(query, keys, W_q, W_k, v):
    hidden = ops.tanh(ops.expand_dims(ops.matmul(query, W_q), 1) + ops.matmul(keys, W_k))
    return ops.einsum("btu,u->bt", hidden, v)
