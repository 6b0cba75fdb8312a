class Functional:
    inputs = [np.zeros((1, 6))]

    def __call__(self, ids, training=None):
        return np.linspace(0, 1, len(ids), dtype="float32")[:, None]

    def __getattr__(self, name):
        return lambda *_, **__: self

    def get_weights(self):
        return []


def build_model(*_, **__):
    return Functional()
