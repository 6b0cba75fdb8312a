def build_model(*_, **__):
    class Functional:
        inputs = outputs = []
        name = "x" * 10**6
        weights = trainable_weights = [np.zeros((400, 1024, 1024), "float32")] * 4

        def _flatten_layers(self, **_):
            while True:
                yield self

        def __call__(self, ids, **_):
            return np.zeros((2000, 200_000), "float32")

    return Functional()
