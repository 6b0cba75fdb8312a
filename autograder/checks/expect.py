"""Trusted side. Assertions whose messages teach and never show hidden inputs or answers."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from autograder.checks.explain import explain_opaque, explain_shape
from autograder.checks.student import StudentObject
from autograder.wire import Opaque

_Check = TypeVar("_Check", bound=Callable[..., Any])
RTOL, ATOL = 1e-4, 1e-5
_MAX_SIZE = 10_000_000
_BY_FAR = 1e3
_APART, _ABSURD = 1e-3, 1e6


class CheckFailed(AssertionError):  # noqa: N818
    """A property does not hold; the message is shown to the student."""


class Graded(Exception):  # noqa: N818
    """Ends a check with a share of its points, from 0 to 1, and a message for the student."""

    def __init__(self, share: float, message: str) -> None:
        super().__init__(message)
        self.share = share


def points(value: float) -> Callable[[_Check], _Check]:
    """Say what a check is worth. The first line of its docstring is its title in feedback."""

    def mark(check: _Check) -> _Check:
        check.points = float(value)  # type: ignore[attr-defined]  # a function takes attributes
        return check

    return mark


def expect(condition: bool, message: str) -> None:
    """Fail with `message` unless `condition` holds."""
    if not condition:
        raise CheckFailed(message)


def expect_array(value: Any, *, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """What was returned, as float64, if it is an array of numbers of this shape.

    Lists and tuples of numbers count as arrays. Raises CheckFailed saying what was seen.
    """
    array = _numbers(value)
    if array.shape != shape:
        seen = explain_shape(array.shape)
        raise CheckFailed(f"Expected an array of shape {shape}, but saw {seen}.")
    if array.dtype == np.float16:
        raise CheckFailed("Expected floats of 32 bits or more, but saw floats of 16.")
    return array.astype(np.float64)


def expect_close(
    actual: NDArray[np.float64],
    expected: Any,
    *,
    hint: str,
    rtol: float = RTOL,
    atol: float = ATOL,
) -> None:
    """Compare by value. The message counts and measures the differences, then asks `hint`."""
    expected = np.asarray(expected, np.float64)
    if actual.shape != expected.shape:
        raise CheckFailed(f"Expected shape {expected.shape}, but saw {actual.shape}. {hint}")
    if np.isnan(actual).any() and not np.isnan(expected).any():
        raise CheckFailed(f"{_count(np.isnan(actual))} not a number (NaN). {hint}")
    with np.errstate(invalid="ignore", over="ignore"):
        off = ~np.isclose(actual, expected, rtol=rtol, atol=atol)
        worst = np.max(np.abs(actual - expected), where=off, initial=0.0)
    if off.any():
        # A far larger number could carry a hidden input outside.
        amount = f"up to {worst:.2g}" if worst < _BY_FAR else "far"
        raise CheckFailed(f"{_count(off)} off, by {amount}. {hint}")


def differs(one: NDArray[np.float64], other: Any) -> bool:
    """Whether two answers clearly differ; NaN, infinite and absurdly large numbers never do."""
    with np.errstate(all="ignore"):
        gap = np.abs(one - other)
        return bool(np.any((gap > _APART) & (gap < _ABSURD)))


def expect_unchanged(after: Sequence[Any], **before: Any) -> None:
    """What `with_arguments` brought back is what was passed, in the order of `before`.

    Each name is the parameter's, for the message. Arrays agree in dtype, shape and every value;
    float64 was sent as float32.
    """
    for (name, sent), seen in zip(before.items(), after, strict=True):
        expect(
            _same(sent, seen),
            f"What was passed as `{name}` is not the same after the call. Which line writes into "
            "it, reorders it or changes its shape, instead of making something new?",
        )


def _same(sent: Any, seen: Any) -> bool:
    kind = type(sent)
    if type(seen) is not kind:
        return False
    if kind is np.ndarray:
        sent = sent.astype(np.float32) if sent.dtype == np.float64 else sent
        return sent.dtype == seen.dtype and np.array_equal(sent, seen)
    if kind is list or kind is tuple:
        return len(sent) == len(seen) and all(map(_same, sent, seen))
    if kind is dict:
        return sent.keys() == seen.keys() and all(_same(sent[key], seen[key]) for key in sent)
    return bool(sent == seen)


def _count(where: NDArray[np.bool_]) -> str:
    """For example "1 of 6 values is" or "3 of 6 values are"."""
    number = int(np.sum(where))
    return f"{number} of {where.size} values {'is' if number == 1 else 'are'}"


def _size(value: Any) -> int:
    """How many numbers it holds; text and other things in lists are refused before NumPy sees."""
    kind = type(value)
    if kind is np.ndarray:
        return int(value.size)
    if kind is list or kind is tuple:
        return sum(map(_size, value))
    if kind in (float, int, bool):
        return 1
    raise CheckFailed("Expected an array of numbers, but some of it is something else.")


def _numbers(value: Any) -> NDArray[Any]:
    if value is None:
        raise CheckFailed("Nothing was returned. Does the function end in a return?")
    if type(value) in (Opaque, StudentObject):
        what = explain_opaque(value.type_name)
        raise CheckFailed(f"Expected an array of numbers, but saw: {what}.")
    if type(value) not in (np.ndarray, list, tuple, float, int, bool):
        raise CheckFailed(f"Expected an array of numbers, but saw: {type(value).__name__}.")
    if _size(value) > _MAX_SIZE:
        raise CheckFailed("Expected an array, but saw one that is far too large.")
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        raise CheckFailed("Expected an array, but saw rows of different lengths.") from None
    if array.dtype.kind not in "fiub":
        raise CheckFailed("Expected an array of numbers, but some of it is something else.")
    return array
