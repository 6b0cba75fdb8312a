import tensorflow as tf


def causal_mask(steps):
    return tf.linalg.band_part(tf.ones((steps, steps)), -1, 0) > 0
