"""Trusted side. Says what student code raised in a hidden call without showing hidden inputs.

The exception's text is the submission's own and may hold the inputs, so only texts of known forms,
with shapes and names in them and no values, are passed on; the line is taken from the notebook.
"""

import builtins
import re
from collections.abc import Sequence
from typing import Any

from autograder.notebook import CodeCell

_SHAPE = r"[\[(][\d, ]{0,30}[\])]"
_NAME = r"'?\w{1,40}'?"
_KNOWN = re.compile(
    "|".join(
        [
            rf"operands could not be broadcast together with (?:remapped )?shapes (?:{_SHAPE} ?)+",
            r"matmul: Input operand \d has a mismatch in its core dimension \d, with gufunc "
            r"signature [mnkp?(),>-]{1,30} \(size \d{1,9} is different from \d{1,9}\)",
            rf"shapes {_SHAPE} and {_SHAPE} not aligned: [\d (dim)!=]{{1,60}}",
            rf"cannot reshape array of size \d{{1,9}} into shape {_SHAPE}",
            r"axis -?\d{1,3} is out of bounds for array of dimension \d{1,3}",
            r"axes don't match array",
            r"(?:too many|not enough) values to unpack \(expected \d{1,3}(?:, got \d{1,3})?\)",
            rf"name {_NAME} is not defined",
            rf"{_NAME}\(\) takes \d{{1,3}} positional arguments? but \d{{1,3}} (?:was|were) given",
            rf"{_NAME}\(\) missing \d{{1,3}} required positional arguments?: "
            rf"{_NAME}(?:(?:, | and |, and ){_NAME}){{0,4}}",
            rf"{_NAME}\(\) got an unexpected keyword argument {_NAME}",
            rf"{_NAME} object is not (?:callable|iterable|subscriptable)",
            rf"{_NAME} object has no attribute {_NAME}",
            rf"unsupported operand type\(s\) for .{{1,3}}: {_NAME} and {_NAME}",
            r"only (?:length-1|0-dimensional) arrays can be converted to Python scalars",
            r"output array is read-only|assignment destination is read-only",
            r"division by zero|list index out of range",
        ]
    )
)
_OPAQUE = re.compile(
    r"NoneType|generator|map|zip|range|set|frozenset|bytes|complex|function|method|type|module|"
    r"str|dict|object|memoryview|int of more than 64 bits|a value too large to send|"
    r"array of dtype (?:object|complex\d+|datetime64|timedelta64|str|bytes|<U\d{1,3})"
)
_MAX_LINE = 120


def explain_error(error: Any, cells: Sequence[CodeCell]) -> str:
    """For example "ValueError in `return query @ keys` (matmul: …)"."""
    if type(error) is not dict:
        return "an exception"
    kind = error.get("type")
    known_kind = type(kind) is str and isinstance(getattr(builtins, kind, None), type)
    text = str(kind) if known_kind else "an exception of a class of its own"
    line = _line(error, cells)
    if line:
        text += f" in `{line}`"
    message = error.get("message")
    if type(message) is str and len(message) < 300 and _KNOWN.fullmatch(message.strip()):
        text += f" ({message.strip()})"
    return text


def explain_opaque(type_name: str) -> str:
    """The type of a value that is no data, if its name cannot hold anything else."""
    return type_name if _OPAQUE.fullmatch(type_name) else "an object of another kind"


def _line(error: dict[Any, Any], cells: Sequence[CodeCell]) -> str:
    number, line = error.get("cell"), error.get("line")
    if type(number) is not int or type(line) is not int or not 1 <= number <= len(cells):
        return ""
    lines = cells[number - 1].source.splitlines()
    return lines[line - 1].strip()[:_MAX_LINE] if 1 <= line <= len(lines) else ""
