import tensorflow as tf


def dot_scores(query, keys):
    query = tf.convert_to_tensor(query)
    keys = tf.convert_to_tensor(keys)
    return tf.linalg.matvec(keys, query)
