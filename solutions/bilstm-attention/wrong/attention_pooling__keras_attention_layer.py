class AttentionPooling(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.project = keras.layers.Dense(units)
        self.attention = keras.layers.Attention()

    def build(self, input_shape):
        self.project.build(input_shape)

    def call(self, x, mask=None):
        h = self.project(x)
        weights = self.attention([h, h], mask=[mask, mask]) if mask is not None else self.attention([h, h])
        return keras.ops.sum(x * keras.ops.mean(weights, axis=-1, keepdims=True), axis=1), keras.ops.mean(weights, axis=-1)

    def compute_mask(self, x, mask=None):
        return None

    def get_config(self):
        return {**super().get_config(), "units": self.units}
