class AttentionPooling(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.supports_masking = True

    def build(self, input_shape):
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="W")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")
        self.v = self.add_weight(shape=(self.units,), initializer="glorot_uniform", name="v")

    def call(self, x, mask=None):
        scores = keras.ops.sum(keras.ops.tanh(keras.ops.matmul(x, self.W) + self.b) * self.v, axis=-1)
        scores = scores / x.shape[1] ** 0.5
        if mask is not None:
            scores = keras.ops.where(mask, scores, -1e9)
        weights = keras.ops.softmax(scores, axis=-1)
        if mask is not None:
            weights = keras.ops.where(mask, weights, 0.0)
        context = keras.ops.sum(x * weights[:, :, None], axis=1)
        return context, weights

    def compute_mask(self, x, mask=None):
        return None

    def get_config(self):
        config = super().get_config()
        config["units"] = self.units
        return config
