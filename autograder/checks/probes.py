"""Trusted side. The probes that checks can ask for, and the form in which each must answer.

What a probe says comes from the submission's process: it is data of this form, or no answer.
"""

from dataclasses import dataclass
from types import NoneType
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Anything:
    """A form that is judged by the check itself, such as what the student's own call returns."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A dictionary of numbers, texts and truth values."""


_ARRAY = np.ndarray
_SHAPE = [(int, NoneType)]
_LAYER = {
    "path": [str],
    "kind": str,
    "name": str,
    "names": [str],
    "bases": [str],
    "settings": Settings(),
    "shape": (NoneType, _SHAPE),
    "parameters": int,
}
# A list holds any number of its one form, a tuple is a choice.
PROBES: dict[str, Any] = {
    "describe": {
        "functional": bool,
        "inputs": [_SHAPE],
        "outputs": [_SHAPE],
        "layers": [_LAYER],
        "steps": int,
    },
    "weights_of": {"values": [_ARRAY], "trainable": [bool]},
    "set_weights": NoneType,
    "forward": Anything(),
    "gradients": {"input": (_ARRAY, NoneType), "weights": [(_ARRAY, NoneType)]},
    "in_functional_model": {"model": Anything(), "outputs": [_ARRAY], "masked": [bool]},
    "rebuild": Anything(),
    "save_and_load": Anything(),
    "load_model": Anything(),
    "to_json": {"description": str, "values": [_ARRAY]},
    "from_json": Anything(),
    "predict": _ARRAY,
    "layer_graph": _ARRAY,
    "inner_tensors": {"inputs": [_ARRAY], "outputs": [_ARRAY]},
    "short_fit": {"losses": [float], "predictions": _ARRAY},
}


def fits(value: Any, form: Any) -> bool:
    """Whether a value that came from inside has this form."""
    if type(form) is Anything:
        return True
    if type(form) is Settings:
        return type(value) is dict and all(
            type(setting) in (bool, int, float, str) for setting in value.values()
        )
    if type(form) is tuple:
        return any(fits(value, choice) for choice in form)
    if type(form) is list:
        return type(value) is list and all(fits(item, form[0]) for item in value)
    if type(form) is dict:
        if type(value) is not dict or value.keys() != form.keys():
            return False
        return all(fits(value[name], part) for name, part in form.items())
    return type(value) is form
