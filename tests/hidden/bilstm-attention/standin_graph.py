"""Inside. Stands in for a pooling layer: runs the graph that the submission's own was made into.

It is run where nothing of the submission is, so it brings no parameters and takes none from a file.
"""

import keras
import tensorflow as tf


class AttentionPooling(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self._run = None

    def use(self, graph):
        """From now on, do what this graph (N,), the bytes of a GraphDef, does."""
        definition = tf.compat.v1.GraphDef()
        definition.ParseFromString(graph.tobytes())
        imported = tf.compat.v1.wrap_function(
            lambda: tf.graph_util.import_graph_def(definition, name=""), []
        )
        self._run = imported.prune(["inputs:0", "mask:0"], ["output_0:0", "output_1:0"])

    def load_own_variables(self, store):
        pass  # they are in the graph

    def call(self, x, mask=None):
        real = keras.ops.ones_like(x[:, :, 0]) if mask is None else keras.ops.cast(mask, x.dtype)
        if self._run is None or isinstance(x, keras.KerasTensor):
            return x[:, 0] + 0.0, real
        context, weights = self._run(x, keras.ops.cast(real, "bool"))
        return context, weights
