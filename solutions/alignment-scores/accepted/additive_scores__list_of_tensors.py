import tensorflow as tf


def additive_scores(query, keys, W_q, W_k, v):
    rows = []
    for b in range(query.shape[0]):
        hidden = tf.tanh(tf.linalg.matvec(W_q, query[b], transpose_a=True) + keys[b] @ W_k)
        rows.append(tf.linalg.matvec(hidden, v))
    return tf.stack(rows)
