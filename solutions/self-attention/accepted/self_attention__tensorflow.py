import tensorflow as tf


def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    q, k, v = (tf.einsum("btd,dk->btk", x, W) for W in (W_q, W_k, W_v))
    scores = tf.matmul(q, k, transpose_b=True) / float(W_q.shape[1]) ** 0.5
    seen = tf.ones(scores.shape, tf.bool)
    if mask is not None:
        seen &= mask[:, None, :]
    if causal:
        seen &= np.tri(x.shape[1], dtype=bool)
    weights = tf.nn.softmax(tf.where(seen, scores, scores.dtype.min), axis=-1)
    weights = tf.where(seen, weights, 0.0)
    return weights @ v, weights
