"""Inside. Turns what a submission returns into data, or into the name of what it is instead."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.wire import DTYPES, MAX_DEPTH, MAX_TEXT, Handle, Opaque

_MAX_DEPTH = MAX_DEPTH - 8  # an answer wraps the value in a few layers of its own
_SCALARS = (bool, int, float, str, type(None))
Keep = Callable[[Any], Handle | Opaque]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensors:
    """What holds numbers: objects of a framework's `modules`, except of its `symbolic` types."""

    modules: Sequence[str]
    symbolic: Sequence[str]

    def include(self, value: Any) -> bool:
        """Whether it holds numbers: a symbolic tensor or a layer that knows a shape does not."""
        kind = type(value)
        module = str(kind.__module__).split(".")[0]
        named = module in self.modules and kind.__name__ not in self.symbolic
        return named and hasattr(kind, "__array__")


def describe_only(value: Any) -> Opaque:
    """Nothing of the value crosses the boundary but the name of its type."""
    return Opaque(str(type(value).__name__))


def _is_plain(value: Any) -> bool:
    """Whether it is an array of Python's numbers and texts, as pandas makes of a column."""
    is_array = isinstance(value, np.ndarray) and value.dtype == object
    return is_array and all(type(item) in _SCALARS for item in value.flat)


def to_data(value: Any, tensors: Tensors, keep: Keep = describe_only, depth: int = 0) -> Any:
    """Arrays, tensors, numbers, text and containers of them; of anything else what `keep` says."""
    if depth >= _MAX_DEPTH:
        return Opaque(f"{type(value).__name__}, nested too deeply")
    if isinstance(value, np.str_):
        value = str(value)
    elif _is_plain(value):
        value = value.tolist()
    kind = type(value)
    if kind in _SCALARS:
        return _scalar(value)
    if isinstance(value, list | tuple):  # a named tuple crosses as a plain one
        items = [to_data(item, tensors, keep, depth + 1) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if kind is dict:
        return {key: to_data(item, tensors, keep, depth + 1) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic) or tensors.include(value):
        return _array(value)
    return keep(value)


def _scalar(value: Any) -> Any:
    if type(value) is int and not -(2**63) <= value < 2**63:
        return Opaque("int of more than 64 bits")
    if type(value) is str and len(value) > MAX_TEXT:
        return Opaque("str of more than a million characters")
    return value


def _array(value: Any) -> Any:
    array = np.asarray(value)
    if array.dtype.name == "bfloat16":
        array = array.astype(np.float16)
    if array.dtype == np.longdouble:  # the wire has no float of more than 64 bits
        array = array.astype(np.float64)
    if array.dtype.newbyteorder("<").str not in DTYPES:
        return Opaque(f"array of dtype {array.dtype}")
    if array.nbytes > sys.maxsize >> 24:
        return Opaque(f"array of {array.nbytes} bytes")
    return array
