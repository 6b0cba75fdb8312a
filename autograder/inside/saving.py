"""Inside. Probes that write a Keras model and read one; a description is read as data first."""

import json
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Namespace = dict[str, Any]
_MAX_DESCRIPTION = 16 << 20  # bytes


def rebuild(_: Namespace, layer: Any) -> Any:
    """A new one, made from what the layer's configuration says."""
    return type(layer).from_config(layer.get_config())


def save_and_load(namespace: Namespace, model: Any, custom_objects: Sequence[str]) -> Any:
    """The model as it comes back from a file; `custom_objects` are names of the namespace."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.keras")
        model.save(str(path))
        return _load(namespace, path, custom_objects)


def load_model(namespace: Namespace, file: Any, custom_objects: Sequence[str]) -> Any:
    """The model in a `.keras` file, given as bytes (N,); classes come from the namespace.

    Keras' safe mode refuses code in the file. If it did run, it would run in here.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.keras")
        path.write_bytes(np.asarray(file).tobytes())
        return _load(namespace, path, custom_objects, compile=False, safe_mode=True)


def to_json(_: Namespace, model: Any) -> dict[str, Any]:
    """All that another process needs to build the same model: Keras' description, parameters."""
    import keras

    description = json.dumps(keras.saving.serialize_keras_object(model))
    return {"description": description, "values": model.get_weights()}


def from_json(
    namespace: Namespace, description: str, values: Sequence[Any], custom_objects: Sequence[str]
) -> Any:
    """The model that `to_json` described elsewhere, not compiled; without code, as `load_model`."""
    import keras

    parts = {name: p for name, p in json.loads(description).items() if name != "compile_config"}
    known = _classes(namespace, custom_objects, parts)
    model = keras.saving.deserialize_keras_object(parts, custom_objects=known, safe_mode=True)
    model.set_weights(values)
    return model


def _load(namespace: Namespace, path: Path, custom_objects: Sequence[str], **settings: bool) -> Any:
    import keras

    known = _classes(namespace, custom_objects, _description(path))
    return keras.models.load_model(str(path), custom_objects=known, **settings)


def _classes(
    namespace: Namespace, custom_objects: Sequence[str], description: Any
) -> dict[str, Any]:
    """The classes by all names under which a description asks for them.

    Keras' decorator `register_keras_serializable` gives a class a second name, "package>name",
    and asks for that one alone.
    """
    known = {name: namespace[name] for name in custom_objects if name in namespace}
    registered = {}
    for part in _parts(description):
        second, own = part.get("registered_name"), part.get("class_name")
        if type(second) is str and ">" in second:
            named = own if type(own) is str and own in known else second.rpartition(">")[2]
            if named in known:
                registered[second] = known[named]
    return {**registered, **known}


def _description(path: Path) -> Any:
    """What the file says of its model; nothing where Keras itself will say what is wrong."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("config.json") as file:
            return json.loads(file.read(_MAX_DESCRIPTION))
    except (zipfile.BadZipFile, KeyError, ValueError, RecursionError):
        return None


def _parts(description: Any) -> Iterator[dict[str, Any]]:
    """Every dictionary in it, at any depth."""
    waiting = [description]
    while waiting:
        part = waiting.pop()
        if type(part) is dict:
            yield part
            waiting.extend(part.values())
        elif type(part) is list:
            waiting.extend(part)
