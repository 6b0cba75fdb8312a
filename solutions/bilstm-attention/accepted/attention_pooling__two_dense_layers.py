class AttentionPooling(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.supports_masking = True
        self.hidden = keras.layers.Dense(units, activation="tanh")
        self.score = keras.layers.Dense(1)

    def build(self, input_shape):
        self.hidden.build(input_shape)
        self.score.build((*input_shape[:-1], self.units))

    def call(self, x, mask=None):
        e = keras.ops.squeeze(self.score(self.hidden(x)), -1)
        if mask is not None:
            e = keras.ops.where(mask, e, -1e9)
        a = keras.ops.softmax(e)
        if mask is not None:
            a = a * keras.ops.cast(mask, a.dtype)
        return keras.ops.einsum("bt,btd->bd", a, x), a

    def compute_mask(self, x, mask=None):
        return None

    def get_config(self):
        return {**super().get_config(), "units": self.units}
