import tensorflow as tf


def attention_weights(scores, mask=None):
    scores = tf.convert_to_tensor(scores)
    if mask is None:
        return tf.nn.softmax(scores, axis=-1)
    mask = tf.convert_to_tensor(mask)
    weights = tf.nn.softmax(tf.where(mask, scores, tf.float32.min), axis=-1)
    return tf.where(mask, weights, tf.zeros_like(weights))
