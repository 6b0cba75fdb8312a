"""Inside. Stands in for a pooling layer: the largest number of each feature, padding left out.

It is run in the student's namespace, so it holds nothing of a solution.
"""

import keras


class AttentionPooling(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    def __init__(self, units: int, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.units = units

    def call(
        self, x: keras.KerasTensor, mask: keras.KerasTensor | None = None
    ) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        real = keras.ops.ones_like(x[:, :, 0]) if mask is None else keras.ops.cast(mask, x.dtype)
        return keras.ops.max(x - 1e9 * (1 - real[:, :, None]), axis=1), real
