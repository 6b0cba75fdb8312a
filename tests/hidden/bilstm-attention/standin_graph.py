"""Inside. Stands in for a pooling layer: runs the graph that the submission's own was made into.

It is run where nothing of the submission is, so it brings no parameters and takes none from a file.
"""

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

_KEPT = ("name", "trainable", "dtype", "units")


class AttentionPooling(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    def __init__(self, units: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self._run: Any = None

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A class may keep anything else in its configuration; what it does is in the graph."""
        return super().from_config({key: config[key] for key in _KEPT if key in config})

    def use(self, graph: NDArray[np.uint8]) -> None:
        """From now on, do what this graph (N,), the bytes of a GraphDef, does."""
        definition = tf.compat.v1.GraphDef()
        definition.ParseFromString(graph.tobytes())
        imported = tf.compat.v1.wrap_function(
            lambda: tf.graph_util.import_graph_def(definition, name=""), []
        )
        self._run = imported.prune(["inputs:0", "mask:0"], ["output_0:0", "output_1:0"])

    def load_own_variables(self, store: Any) -> None:
        pass  # they are in the graph

    def call(self, x: Any, mask: Any = None) -> tuple[Any, Any]:
        real = keras.ops.ones_like(x[:, :, 0]) if mask is None else keras.ops.cast(mask, x.dtype)
        if self._run is None or isinstance(x, keras.KerasTensor):
            return x[:, 0] + 0.0, real
        context, weights = self._run(x, keras.ops.cast(real, "bool"))
        return context, weights
