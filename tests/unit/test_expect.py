"""Messages teach and carry no hidden input, whatever a submission returns or raises."""

from typing import Any

import numpy as np
import pytest

from autograder.checks import (
    CheckFailed,
    differs,
    expect_array,
    expect_close,
    expect_unchanged,
)
from autograder.checks.explain import explain_error, explain_opaque, sizes_in
from autograder.submission.reading import CodeCell

CELLS = [
    CodeCell(index=0, source="def f(query):\n    return query @ keys", grade_id=None),
    CodeCell(index=1, source="def g(x):\n    return f(x)\nelsewhere = 1", grade_id=None),
]


@pytest.mark.parametrize("value", [[[1, 2], [3, 4]], ((1.0, 2.0), (3.0, 4.0)), np.eye(2)])
def test_arrays_lists_and_tuples_of_numbers_are_arrays(value: Any) -> None:
    assert expect_array(value, shape=(2, 2)).dtype == np.float64


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "Nothing was returned"),
        ("text", "str"),
        ([[1, 2], [3]], "different lengths"),
        ([["x" * 1_000_000] + ["a"] * 1000], "something else"),
        (np.zeros((2, 2), np.float16), "floats of 16"),
        (np.zeros(3), r"shape \(3,\)"),
        (np.zeros((0, 920669)), "far larger axes"),
        (np.zeros((1,) * 9), "9 axes"),
        (np.broadcast_to(np.float32(0), (1 << 20, 1 << 20)), "far too large"),
        ([np.zeros(1 << 23)] * 100, "far too large"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_such_array_is_said_in_words(value: Any, words: str) -> None:
    with pytest.raises(CheckFailed, match=words):
        expect_array(value, shape=(2, 2))


def test_difference_is_counted_and_measured() -> None:
    with pytest.raises(CheckFailed, match=r"1 of 4 values is off, by up to 2\. Why\?"):
        expect_close(np.array([1.0, 2, 3, 6]), [1, 2, 3, 4], hint="Why?")


@pytest.mark.parametrize("far", [3.456e30, 1e300, np.inf])
def test_far_difference_carries_no_number(far: float) -> None:
    with pytest.raises(CheckFailed, match=r"off, by far\. Why\?"):
        expect_close(np.array([far]), [1], hint="Why?")


def test_nan_is_named() -> None:
    with pytest.raises(CheckFailed, match="not a number"):
        expect_close(np.array([np.nan]), [1], hint="Why?")


@pytest.mark.parametrize("none", [np.nan, np.inf, 1e9, 1e-5, 0.0])
def test_answers_are_apart_only_by_sensible_amounts(none: float) -> None:
    assert differs(np.array([[1.0, 2.0]]), np.array([[1.0, 2.5]]))
    assert not differs(np.array([1.0]), np.array([1.0 + none]))


PASSED = {
    "weights": np.array([0.25, 0.1]),
    "mask": np.array([True, False]),
    "tokens": ["not", "good"],
    "index": {"good": 1},
    "k": 3,
}


def test_inputs_that_come_back_as_they_were_are_unchanged() -> None:
    back = (np.array([0.25, 0.1], np.float32), *list(PASSED.values())[1:])
    expect_unchanged(back, **PASSED)


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("weights", np.array([0.1, 0.25], np.float32)),
        ("weights", np.array([[0.25, 0.1]], np.float32)),
        ("weights", [0.25, 0.1]),
        ("mask", np.array([1.0, 0.0], np.float32)),
        ("tokens", ["good", "not"]),
        ("tokens", ["not"]),
        ("index", {"good": 1, "zebra": 2}),
        ("index", {"good": 1.0}),
        ("k", None),
    ],
)
def test_input_that_changed_is_named(name: str, after: Any) -> None:
    with pytest.raises(CheckFailed, match=f"passed as `{name}` is not the same"):
        expect_unchanged([after], **{name: PASSED[name]})


def said(kind: str, message: str, line: int = 2) -> str:
    error = {"type": kind, "message": message, "cell": 1, "line": line}
    return explain_error(error, CELLS, sizes_in([np.ones((3, 4)), np.ones((3, 5, 4))]))


def test_known_error_is_said_with_the_students_own_line() -> None:
    message = "operands could not be broadcast together with shapes (3,4) (3,5,4) "
    assert said("ValueError", message) == (
        f"ValueError in `return query @ keys` ({message.strip()})"
    )
    assert "name 'keys' is not defined" in said("NameError", "name 'keys' is not defined")


def test_names_are_those_of_the_line_and_of_the_functions_that_it_calls() -> None:
    error = {"type": "TypeError", "cell": 2, "line": 2}
    missing = "f() missing 1 required positional argument: 'query'"
    assert missing in explain_error({**error, "message": missing}, CELLS, {1})
    signature = "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc "
    signature += "signature (n?,k),(k,m?)->(n?,m?) (size 4 is different from 3)"
    assert signature in said("ValueError", signature)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("ValueError", "[0.1257 -0.1321 0.6404]"),
        ("ValueError", "operands could not be broadcast together with shapes (1371663) (3132412)"),
        ("ValueError", "operands could not be broadcast together with shapes (125,132) (640,)"),
        ("NameError", "name 'a0b1c2d3e4f5' is not defined"),
        ("ValueError", "could not convert string to float: '0.1257'"),
        ("TypeError", "query() missing 1 required positional argument: a0b1c2d3e4f5"),
        ("TypeError", "query() missing 2 required positional arguments: 'elsewhere' and 'f'"),
        ("TypeError", "unsupported operand type(s) for 一丁丂: 'list' and 'list'"),
        ("IndexError", "axis ١٢ is out of bounds for array of dimension ٣"),
    ],
)
def test_message_that_could_hold_inputs_is_not_said(kind: str, message: str) -> None:
    assert said(kind, message) == f"{kind} in `return query @ keys`"


@pytest.mark.parametrize("error", [None, 3, {}, {"type": [], "cell": "x", "line": 10**9}])
def test_error_that_is_no_error_is_an_exception(error: Any) -> None:
    assert "exception" in explain_error(error, CELLS, set())
    assert explain_opaque("secret_0_1257") == "an object of another kind"
