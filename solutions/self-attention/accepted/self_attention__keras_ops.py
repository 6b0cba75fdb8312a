from keras import ops


def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    q, k, v = ops.matmul(x, W_q), ops.matmul(x, W_k), ops.matmul(x, W_v)
    scores = ops.matmul(q, ops.transpose(k, (0, 2, 1))) / W_q.shape[1] ** 0.5
    seen = ops.ones(scores.shape, "bool")
    if mask is not None:
        seen = ops.logical_and(seen, mask[:, None, :])
    if causal:
        seen = ops.logical_and(seen, ops.tril(ops.ones(scores.shape[1:])) > 0)
    weights = ops.softmax(ops.where(seen, scores, -1e12), axis=-1)
    weights = ops.where(seen, weights, 0.0)
    return ops.matmul(weights, v), weights
