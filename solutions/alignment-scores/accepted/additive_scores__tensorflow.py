import tensorflow as tf


def additive_scores(query, keys, W_q, W_k, v):
    projected = tf.tensordot(keys, W_k, axes=1) + tf.matmul(query, W_q)[:, tf.newaxis]
    return tf.reduce_sum(v * tf.nn.tanh(projected), axis=-1)
