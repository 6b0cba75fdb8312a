"""Inside. Stands in for a pooling layer: the largest number of each feature, padding left out.

It is run in the student's namespace, so it holds nothing of a solution.
"""

import keras


class AttentionPooling(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def call(self, x, mask=None):
        real = keras.ops.ones_like(x[:, :, 0]) if mask is None else keras.ops.cast(mask, x.dtype)
        return keras.ops.max(x - 1e9 * (1 - real[:, :, None]), axis=1), real
