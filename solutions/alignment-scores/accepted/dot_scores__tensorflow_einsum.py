import tensorflow as tf


def dot_scores(query, keys):
    return tf.einsum("bd,btd->bt", query, keys)
