"""Trusted side. The probes that checks can ask for, and the form in which each must answer.

What a probe says comes from the submission's process: it is data of this form, or no answer.
"""

from collections.abc import Callable
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
    fits_form = _FITS.get(type(form))
    return type(value) is form if fits_form is None else fits_form(value, form)


def _fits_settings(value: Any, _form: Settings) -> bool:
    return type(value) is dict and all(
        type(setting) in (bool, int, float, str) for setting in value.values()
    )


def _fits_choice(value: Any, form: tuple[Any, ...]) -> bool:
    return any(fits(value, choice) for choice in form)


def _fits_list(value: Any, form: list[Any]) -> bool:
    return type(value) is list and all(fits(item, form[0]) for item in value)


def _fits_dict(value: Any, form: dict[str, Any]) -> bool:
    if type(value) is not dict or value.keys() != form.keys():
        return False
    return all(fits(value[name], part) for name, part in form.items())


_FITS: dict[type, Callable[[Any, Any], bool]] = {
    Anything: lambda _value, _form: True,
    Settings: _fits_settings,
    tuple: _fits_choice,
    list: _fits_list,
    dict: _fits_dict,
}
