"""Inside. General questions to Keras layers and models that have to be asked near them.

A probe holds no expected value: it says what is there, and the verdict is reached outside. Calls
are eager where they are few and small, since tracing a graph costs more than those.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.inside.saving import from_json, load_model, rebuild, save_and_load, to_json
from autograder.inside.training import layer_graph, predict, short_fit

Namespace = dict[str, Any]
_SETTINGS = """
    units rate return_sequences return_state go_backwards mask_zero input_dim output_dim
    merge_mode activation axis noise_shape trainable
""".split()
_MAX_LAYERS = 200
_MAX_DEPTH = 6


def describe(namespace: Namespace, model: Any) -> dict[str, Any]:
    """What a model or a layer consists of, layers inside of layers included.

    `steps` says how often its own optimizer has changed it.
    """
    layers = [
        _describe_layer(namespace, layer, path)
        for _, (path, layer) in zip(range(_MAX_LAYERS), _layers(model, ()), strict=False)
    ]
    functional = "Functional" in {kind.__name__ for kind in type(model).__mro__}
    return {
        "functional": functional,
        "inputs": [_shape(tensor) for tensor in model.inputs] if functional else [],
        "outputs": [_shape(tensor) for tensor in model.outputs] if functional else [],
        "layers": layers,
        "steps": int(np.asarray(getattr(getattr(model, "optimizer", None), "iterations", 0))),
    }


def _layers(owner: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if len(path) > _MAX_DEPTH:
        return
    for layer in owner._flatten_layers(include_self=False, recursive=False):  # noqa: SLF001 (no public name)
        yield path, layer
        yield from _layers(layer, (*path, type(layer).__name__))


def _describe_layer(namespace: Namespace, layer: Any, path: tuple[str, ...]) -> dict[str, Any]:
    """`names` are those under which the student's namespace knows its class, or a base of it."""
    # Not isinstance: a class may refuse it, as typing.Any does.
    classes = {id(kind) for kind in type(layer).__mro__}
    try:
        config = layer.get_config()
    except NotImplementedError:
        config = {}
    found = {name: config.get(name) for name in _SETTINGS if name in config}
    return {
        "path": list(path),
        "kind": type(layer).__name__,
        "name": str(layer.name),
        "names": [name for name, value in namespace.items() if id(value) in classes],
        "bases": [kind.__name__ for kind in type(layer).__mro__],
        "settings": {name: v for name, v in found.items() if type(v) in (bool, int, float, str)},
        "shape": _output_shape(layer),
        "parameters": int(sum(np.prod(weight.shape) for weight in layer.weights)),
    }


def _output_shape(layer: Any) -> list[int | None] | None:
    try:
        return _shape(_flat(layer.output)[0])
    except (AttributeError, ValueError, IndexError):
        return None  # used more than once, or not in a functional model


def _shape(tensor: Any) -> list[int | None]:
    return [None if size is None else int(size) for size in tensor.shape]


def weights_of(_: Namespace, owner: Any) -> dict[str, Any]:
    """Its variables' values, and which of them gradient descent may change."""
    trainable = {id(weight) for weight in owner.trainable_weights}
    return {
        "values": [np.asarray(weight) for weight in owner.weights],
        "trainable": [id(weight) in trainable for weight in owner.weights],
    }


def set_weights(_: Namespace, owner: Any, values: Sequence[Any]) -> None:
    """Give its variables these values, in the order of `weights_of`."""
    owner.set_weights(list(values))


def forward(_: Namespace, owner: Any, inputs: Any, **settings: Any) -> Any:
    """What it returns for `inputs`; `settings` are `mask` and `training`, left out when None."""
    return owner(inputs, **_given(settings))


def gradients(
    _: Namespace, owner: Any, inputs: Any, cotangents: Sequence[Any], **settings: Any
) -> dict[str, Any]:
    """Gradients of the outputs' products with `cotangents`, one for each output or None.

    None stands for a gradient that does not exist: that of whole numbers, or of what is not used.
    """
    import tensorflow as tf

    inputs = tf.convert_to_tensor(inputs)
    with tf.GradientTape() as tape:
        if inputs.dtype.is_floating:
            tape.watch(inputs)
        outputs = _flat(owner(inputs, **_given(settings)))
        pairs = zip(outputs, cotangents, strict=False)
        total = tf.add_n(
            [tf.reduce_sum(y * tf.cast(c, y.dtype)) for y, c in pairs if c is not None]
        )
    sources = [weight.value for weight in owner.trainable_weights]
    found = tape.gradient(total, [inputs, *sources] if inputs.dtype.is_floating else sources)
    dense = [None if part is None else np.asarray(tf.convert_to_tensor(part)) for part in found]
    if not inputs.dtype.is_floating:
        dense.insert(0, None)
    return {"input": dense[0], "weights": dense[1:]}


def in_functional_model(
    _: Namespace, layer: Any, inputs: Any, *, mask_value: float | None = None
) -> dict[str, Any]:
    """The layer in a functional model of its own, behind Masking if `mask_value` is given.

    `masked` says for each output whether it carries a mask on to the next layer.
    """
    import keras

    inputs = np.asarray(inputs)
    start = keras.Input(shape=inputs.shape[1:], dtype=str(inputs.dtype))
    hidden = start if mask_value is None else keras.layers.Masking(mask_value)(start)
    outputs = _flat(layer(hidden))
    model = keras.Model(start, outputs)
    return {
        "model": model,
        "outputs": _flat(model(inputs)),
        "masked": [getattr(tensor, "_keras_mask", None) is not None for tensor in outputs],
    }


def inner_tensors(_: Namespace, model: Any, layer_name: str, inputs: Any) -> dict[str, Any]:
    """What goes into and comes out of one layer of a functional model; a mask goes in as well."""
    import keras

    by_depth = model._nodes_by_depth  # noqa: SLF001 (no public name)
    known = [node for nodes in by_depth.values() for node in nodes]
    nodes = [node for node in known if node.operation.name == layer_name]
    if not nodes:
        return {"inputs": [], "outputs": []}
    before, after = nodes[0].arguments.keras_tensors, nodes[0].outputs
    values = _flat(keras.Model(model.inputs, [*before, *after])(inputs))
    return {"inputs": values[: len(before)], "outputs": values[len(before) :]}


def _given(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


def _flat(values: Any) -> list[Any]:
    import keras

    return list(keras.tree.flatten(values))


PROBES: dict[str, Callable[..., Any]] = {
    probe.__name__: probe
    for probe in (
        describe,
        weights_of,
        set_weights,
        forward,
        gradients,
        in_functional_model,
        rebuild,
        save_and_load,
        load_model,
        to_json,
        from_json,
        predict,
        layer_graph,
        inner_tensors,
        short_fit,
    )
}
