from keras import layers, ops


class AttentionPooling(layers.Layer):
    def __init__(self, units=64, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.project = layers.Dense(self.units, activation="tanh", name="project")
        self.v = layers.Dense(1, use_bias=False, name="v")
        self.project.build(input_shape)
        self.v.build((None, None, self.units))
        super().build(input_shape)

    def call(self, inputs, mask=None, training=None):
        scores = self.v(self.project(inputs))  # (B, T, 1)
        if mask is not None:
            scores += ops.expand_dims((1.0 - ops.cast(mask, "float32")) * -1e9, -1)
        weights = ops.softmax(scores, axis=1)
        if mask is not None:
            weights *= ops.expand_dims(ops.cast(mask, "float32"), -1)
        context = ops.sum(weights * inputs, axis=1)
        return [context, ops.squeeze(weights, -1)]

    def compute_mask(self, inputs, mask=None):
        return [None, None]

    def get_config(self):
        config = super().get_config()
        config.update({"units": self.units})
        return config
