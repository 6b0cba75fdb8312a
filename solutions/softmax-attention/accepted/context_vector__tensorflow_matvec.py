import tensorflow as tf


def context_vector(weights, values):
    return tf.linalg.matvec(values, weights, transpose_a=True)
