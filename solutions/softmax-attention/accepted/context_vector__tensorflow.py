import tensorflow as tf


def context_vector(weights, values):
    return tf.reduce_sum(tf.expand_dims(weights, -1) * values, axis=1)
