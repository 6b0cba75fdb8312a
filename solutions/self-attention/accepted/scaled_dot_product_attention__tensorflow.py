import tensorflow as tf


def scaled_dot_product_attention(queries, keys, values, mask=None):
    scores = tf.matmul(queries, keys, transpose_b=True) / np.sqrt(queries.shape[-1]).astype("float32")
    if mask is not None:
        scores += (1.0 - tf.cast(mask, tf.float32)) * -1e9
    weights = tf.nn.softmax(scores, axis=-1)
    if mask is not None:
        weights = tf.where(mask, weights, 0.0)
    return tf.matmul(weights, values), weights
