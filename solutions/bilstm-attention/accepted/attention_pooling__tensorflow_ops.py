import tensorflow as tf


class AttentionPooling(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.supports_masking = True

    def build(self, input_shape):
        self.W = self.add_weight(shape=(input_shape[-1], self.units), name="W")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")
        self.v = self.add_weight(shape=(self.units, 1), name="v")

    def call(self, x, mask=None):
        e = tf.matmul(tf.tanh(tf.matmul(x, self.W) + self.b), self.v)[:, :, 0]
        if mask is None:
            mask = tf.ones_like(e, dtype=tf.bool)
        alpha = tf.nn.softmax(tf.where(mask, e, tf.fill(tf.shape(e), -1e9)), axis=1)
        alpha = tf.where(mask, alpha, tf.zeros_like(alpha))
        return tf.reduce_sum(alpha[:, :, tf.newaxis] * x, axis=1), alpha

    def compute_mask(self, x, mask=None):
        return None

    def get_config(self):
        return {**super().get_config(), "units": self.units}
