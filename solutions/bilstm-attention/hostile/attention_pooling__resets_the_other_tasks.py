class AttentionPooling(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        globals().pop("build_model", None)
        keras.Model = keras.layers.Dense = None

    def call(self, x, mask=None):
        raise ValueError("\x1b[31m" + "x" * 10**6)
