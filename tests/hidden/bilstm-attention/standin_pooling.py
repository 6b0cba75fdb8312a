"""Inside. Stands in for a pooling layer: the mean over the real time steps, times one parameter.

It is run in the student's namespace, so it holds nothing of a solution.
"""

import keras


class AttentionPooling(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    def __init__(self, units: int, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape: tuple[int | None, ...]) -> None:  # noqa: ARG002 - Keras passes it by this name
        self.scale = self.add_weight(shape=(1,), initializer="ones", name="scale")

    def call(
        self, x: keras.KerasTensor, mask: keras.KerasTensor | None = None
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        real = keras.ops.ones_like(x[:, :, 0]) if mask is None else keras.ops.cast(mask, x.dtype)
        share = real / keras.ops.maximum(keras.ops.sum(real, axis=1, keepdims=True), 1.0)
        return self.scale * keras.ops.sum(x * share[:, :, None], axis=1), share
