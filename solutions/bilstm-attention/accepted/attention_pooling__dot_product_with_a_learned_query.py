class AttentionPooling(keras.layers.Layer):
    """Keys are projected to U numbers and compared with one learned query."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.supports_masking = True
        self.key = keras.layers.Dense(units)

    def build(self, input_shape):
        self.key.build(input_shape)
        self.query = self.add_weight(shape=(self.units,), initializer="random_normal", name="query")

    def call(self, x, mask=None):
        scores = keras.ops.dot(self.key(x), self.query) / self.units**0.5
        if mask is not None:
            scores = keras.ops.where(mask, scores, keras.ops.full_like(scores, -1e30))
        weights = keras.ops.softmax(scores, axis=-1)
        if mask is not None:
            weights = keras.ops.where(mask, weights, keras.ops.zeros_like(weights))
        context = keras.ops.matmul(weights[:, None, :], x)[:, 0, :]
        return context, weights

    def compute_mask(self, x, mask=None):
        return None

    def get_config(self):
        return {"units": self.units, **super().get_config()}
