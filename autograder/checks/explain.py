"""Trusted side. Says what student code raised in a hidden call without showing hidden inputs.

The exception's text is the submission's own and may hold the inputs, so only texts of known forms,
with shapes and names in them and no values, are passed on; the line is taken from the notebook.
"""

import builtins
import re
from collections.abc import Mapping, Sequence, Set
from typing import Any

import numpy as np

from autograder.submission.reading import CodeCell

_SIZE = r"\d{1,3}"
_SMALL = range(5)  # numbers of axes, of arguments, of values
_SHAPE = rf"[\[(](?:{_SIZE}(?:, ?{_SIZE}){{0,3}},?)?[\])]"
_NAME = r"'?\w{1,40}'?"
_KNOWN = re.compile(
    "|".join(
        [
            r"operands could not be broadcast together with (?:remapped )?shapes "
            rf"(?:{_SHAPE} ?){{1,3}}",
            r"matmul: Input operand \d has a mismatch in its core dimension \d, with gufunc "
            rf"signature [mnkp?(),>-]{{1,30}} \(size {_SIZE} is different from {_SIZE}\)",
            rf"shapes {_SHAPE} and {_SHAPE} not aligned: {_SIZE} \(dim \d\) != {_SIZE} \(dim \d\)",
            rf"cannot reshape array of size \d{{1,4}} into shape {_SHAPE}",
            r"axis -?\d{1,3} is out of bounds for array of dimension \d{1,3}",
            r"axes don't match array",
            r"(?:too many|not enough) values to unpack \(expected \d{1,3}(?:, got \d{1,3})?\)",
            rf"name {_NAME} is not defined",
            rf"{_NAME}\(\) takes \d{{1,3}} positional arguments? but \d{{1,3}} (?:was|were) given",
            rf"{_NAME}\(\) missing \d{{1,3}} required positional arguments?: "
            rf"{_NAME}(?: and {_NAME})?",
            rf"{_NAME}\(\) got an unexpected keyword argument {_NAME}",
            rf"{_NAME} object is not (?:callable|iterable|subscriptable)",
            rf"{_NAME} object has no attribute {_NAME}",
            rf"unsupported operand type\(s\) for [-+*/@%&|^<>=]{{1,3}}(?: or pow\(\))?: "
            rf"{_NAME} and {_NAME}",
            r"only (?:length-1|0-dimensional) arrays can be converted to Python scalars",
            r"output array is read-only|assignment destination is read-only",
            r"division by zero|list index out of range",
        ]
    ),
    re.ASCII,
)
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
# The words of the forms themselves, and the axes in matmul's signature.
_OWN_WORDS = {*_WORD.findall(re.sub(r"\\.", " ", _KNOWN.pattern)), *"kmnp"}
_DEFINED = re.compile(r"^[ \t]*def (\w+)\((.{0,200})", re.MULTILINE)
_OPAQUE = re.compile(
    r"NoneType|generator|coroutine|map|filter|zip|range|set|frozenset|bytes|complex|function|method|type|module|"
    r"str|dict|object|memoryview|int of more than 64 bits|a value too large to send|"
    r"array of dtype (?:object|complex\d+|datetime64|timedelta64|str|bytes|<U\d{1,3})"
)
_MAX_LINE = 120
_TYPES = {*dir(builtins), "NoneType", "ndarray", "EagerTensor", "numpy", "module", "function"}


def explain_error(error: Any, cells: Sequence[CodeCell], sizes: Set[int]) -> str:
    """For example "ValueError in `return query @ keys` (matmul: …)".

    The only numbers in it are `sizes`, see `sizes_in`: any other could be a hidden value.
    """
    if type(error) is not dict:
        return "an exception"
    kind = error.get("type")
    known_kind = type(kind) is str and isinstance(getattr(builtins, kind, None), type)
    text = str(kind) if known_kind else "an exception of a class of its own"
    line = line_of(error, cells)
    if line:
        text += f" in `{line}`"
    elif error.get("cell") is None:
        text += " (inside a library)"
    message = error.get("message")
    if type(message) is str and _may_be_said(message.strip(), _names(line, cells), sizes):
        text += f" ({message.strip()})"
    return text


def explain_shape(shape: tuple[int, ...]) -> str:
    """A shape in words; sizes larger than a check ever asks for could carry hidden inputs."""
    if len(shape) > 4:
        return f"one with {len(shape)} axes"
    return f"shape {shape}" if all(size <= 999 for size in shape) else "far larger axes"


def sizes_in(arguments: Any) -> set[int]:
    """Sizes of the axes of all arrays in a call's arguments, of whole arrays, and a few small ones.

    They were chosen by the check and not drawn, and a mistake's message is about them.
    """
    if isinstance(arguments, np.ndarray):
        return {*arguments.shape, arguments.size, *_SMALL}
    if isinstance(arguments, Mapping):
        arguments = arguments.values()
    elif not isinstance(arguments, list | tuple):
        return set(_SMALL)
    return set(_SMALL).union(*map(sizes_in, arguments))


def _may_be_said(message: str, names: Set[str], sizes: Set[int]) -> bool:
    """Of a known form; its names are `names` or builtin types, its numbers are `sizes`."""
    if len(message) >= 300 or not _KNOWN.fullmatch(message):
        return False
    if not {int(number) for number in re.findall(r"\d+", message)} <= sizes:
        return False
    return set(_WORD.findall(message)) <= names | _OWN_WORDS | _TYPES


def _names(line: str, cells: Sequence[CodeCell]) -> set[str]:
    """The names in the line that raised, with the parameters of functions that it calls.

    An honest message may use any name of the notebook, but names may also encode hidden inputs.
    """
    names = set(_WORD.findall(line))
    defined = (m for cell in cells for m in _DEFINED.finditer(cell.source))
    return names.union(*(_WORD.findall(m[2]) for m in defined if m[1] in names))


def explain_opaque(type_name: str) -> str:
    """The type of a value that is not data, if its name cannot carry anything else."""
    return type_name if _OPAQUE.fullmatch(type_name) else "an object of another kind"


def line_of(error: dict[Any, Any], cells: Sequence[CodeCell]) -> str:
    """The notebook's line that an error of the box's comes from, or nothing."""
    number, line = error.get("cell"), error.get("line")
    if type(number) is not int or type(line) is not int or not 1 <= number <= len(cells):
        return ""
    lines = cells[number - 1].source.splitlines()
    return lines[line - 1].strip()[:_MAX_LINE] if 1 <= line <= len(lines) else ""
