"""Inside. Probes that train a model or predict with it: many calls, so they are traced graphs."""

from collections.abc import Callable
from typing import Any

import numpy as np

Namespace = dict[str, Any]


def predict(_: Namespace, model: Any, inputs: Any, batch_size: int) -> Any:
    """The first output for all inputs (N, …), at inference, batch by batch.

    Traced once, as `model.predict` is: a recurrent layer takes ten times as long eagerly.
    """
    import tensorflow as tf

    output = _first_output(model)
    batches = np.split(np.asarray(inputs), range(batch_size, len(inputs), batch_size))
    return np.concatenate([np.asarray(output(tf.constant(b))) for b in batches])


def _first_output(model: Any) -> Callable[[Any], Any]:
    import keras
    import tensorflow as tf

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]  # TensorFlow has no types
    def first_output(batch: Any) -> Any:
        return keras.tree.flatten(model(batch, training=False))[0]

    traced: Callable[[Any], Any] = first_output
    return traced


def layer_graph(_: Namespace, model: Any, layer_name: str, steps: int) -> Any:
    """What a layer makes of its input (B, steps, D) and a mask, as a TensorFlow graph's bytes (N,).

    The parameters are constants in it. It is data: another process can run it, without the code.
    Its inputs are called "inputs" and "mask", its outputs "output_0" and so on.
    """
    import inspect

    import keras
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2,
    )

    layer = model.get_layer(layer_name)
    (node, *_) = layer._inbound_nodes  # noqa: SLF001 (no public name)
    features = node.arguments.keras_tensors[0].shape[-1]
    takes_mask = "mask" in inspect.signature(layer.call).parameters

    @tf.function  # type: ignore[untyped-decorator]  # TensorFlow has no types
    def run(inputs: Any, mask: Any) -> Any:
        outputs = keras.tree.flatten(layer(inputs, **({"mask": mask} if takes_mask else {})))
        return [tf.identity(output, f"output_{i}") for i, output in enumerate(outputs)]

    traced = run.get_concrete_function(
        tf.TensorSpec((None, steps, features), tf.float32, "inputs"),
        tf.TensorSpec((None, steps), tf.bool, "mask"),
    )
    graph = convert_variables_to_constants_v2(traced).graph.as_graph_def()
    return np.frombuffer(graph.SerializeToString(), np.uint8)


def short_fit(
    _: Namespace,
    model: Any,
    inputs: Any,
    labels: Any,
    unseen: Any,
    *,
    steps: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
) -> dict[str, Any]:
    """Losses of some steps of Adam, batch after batch, and then the predictions for `unseen`.

    Tracing takes as long as fifty steps, so a model that is fitted again is not traced again.
    """
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    if model not in _FITS:
        _FITS[model] = _ShortFit(model)
    fit = _FITS[model]
    fit.begin(learning_rate)
    inputs, labels = np.asarray(inputs), np.asarray(labels)
    rows = np.arange(steps * batch_size).reshape(steps, batch_size) % len(inputs)
    losses = [float(fit.step(tf.constant(inputs[i]), tf.constant(labels[i]))) for i in rows]
    return {"losses": losses, "predictions": fit.predict(tf.constant(unseen))}


class _ShortFit:
    """A model with an optimizer of its own, and what it does as graphs."""

    def __init__(self, model: Any) -> None:
        import keras
        import tensorflow as tf

        optimizer = keras.optimizers.Adam()
        optimizer.build(model.trainable_variables)
        self._optimizer = optimizer
        self._fresh = [np.asarray(variable) for variable in optimizer.variables]

        @tf.function  # type: ignore[untyped-decorator]  # TensorFlow has no types
        def step(inputs: Any, labels: Any) -> Any:
            with tf.GradientTape() as tape:
                predicted = keras.tree.flatten(model(inputs, training=True))[0]
                loss = tf.reduce_mean(keras.losses.binary_crossentropy(labels, predicted))
            found = tape.gradient(loss, [weight.value for weight in model.trainable_variables])
            optimizer.apply(found, model.trainable_variables)
            return loss

        self.step, self.predict = step, _first_output(model)

    def begin(self, learning_rate: float) -> None:
        """Forget earlier steps; the model's parameters stay as they are."""
        for variable, value in zip(self._optimizer.variables, self._fresh, strict=True):
            variable.assign(value)
        self._optimizer.learning_rate = learning_rate


_FITS: dict[Any, _ShortFit] = {}
