"""Only data crosses the boundary, and no byte from the other side is trusted."""

import json
import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import wire


def frame(value: Any) -> bytes:
    first, buffers = wire.encode(value)
    return first + b"".join(bytes(b) for b in buffers)


def receive(data: bytes, max_body: int = 1 << 20) -> Any:
    rest = memoryview(data)

    def read(count: int) -> bytes:
        nonlocal rest
        if count > len(rest):
            raise wire.WireClosed
        part, rest = bytes(rest[:count]), rest[count:]
        return part

    return wire.receive(read, max_body=max_body)


def raw(tree: Any, body: bytes = b"", announced: int | None = None) -> bytes:
    header = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    length = len(body) if announced is None else announced
    return struct.pack("<IQ", len(header), length) + header + body


scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=9)
)
arrays = hnp.arrays(
    st.sampled_from([np.float32, np.float64, np.int64, np.uint8, np.bool_]),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
values = st.recursive(
    scalars | arrays,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)


def same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        alike = (one.dtype, one.shape) == (other.dtype, other.shape)
        return alike and one.tobytes() == bytes(other.tobytes())
    if isinstance(one, float):
        return struct.pack("<d", one) == struct.pack("<d", other)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[k], other[k]) for k in one)
    return bool(one == other)


def test_frame_has_the_bytes_that_it_always_had() -> None:
    """Recordings of earlier versions are read, and both sides count on the same bytes."""
    value = {
        "none": None,
        "truth": True,
        "number": -3,
        "floats": (0.5, math.inf, math.nan),
        "text": "α",
        "list": [1, [2]],
        4: np.arange(3, dtype=">i2"),
        "scalars": [np.float32(1.5), np.bool_(True), np.longlong(7)],
        "no data": wire.Opaque("Layer"),
        "kept": wire.Handle(3, "Model"),
        "matrix": np.array([[1.0, 2.0], [3.0, 4.0]], order="F"),
    }
    header = (
        b'{"d":[["none",null],["truth",true],["number",-3],'
        b'["floats",{"t":[0.5,{"f":"inf"},{"f":"nan"}]}],["text","\\u03b1"],'
        b'["list",{"l":[1,{"l":[2]}]}],[4,{"a":["<i2",[3],0]}],'
        b'["scalars",{"l":[{"a":["<f4",[],16]},{"a":["|b1",[],32]},{"a":["<i8",[],48]}]}],'
        b'["no data",{"o":"Layer"}],["kept",{"h":[3,"Model"]}],["matrix",{"a":["<f8",[2,2],64]}]]}'
    )
    body = (
        bytes.fromhex("0000 0100 0200").ljust(16, b"\0")
        + bytes.fromhex("0000c03f").ljust(16, b"\0")
        + b"\1".ljust(16, b"\0")
        + b"\7".ljust(16, b"\0")
        + struct.pack("<4d", 1, 2, 3, 4)
    )
    assert frame(value) == struct.pack("<IQ", len(header), len(body)) + header + body


@settings(derandomize=True, deadline=None)
@given(values)
def test_data_comes_back_as_it_went(value: Any) -> None:
    assert same(receive(frame(value)), value)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.binary(max_size=200))
def test_noise_never_becomes_more_than_data(noise: bytes) -> None:
    for data in (noise, raw(noise)):
        try:
            value = receive(data)
        except (wire.WireError, wire.WireClosed):
            continue
        assert same(receive(frame(value)), value)


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, np.array([object()]), 2**63, np.array(["text"]), np.zeros(2, "c16"), b"x"],
    ids=lambda v: type(v).__name__,
)
def test_what_is_no_data_cannot_be_sent(value: object) -> None:
    with pytest.raises(wire.WireError):
        wire.encode(value)


def test_subclassed_array_cannot_be_sent() -> None:
    class Lying(np.ndarray):
        pass

    with pytest.raises(wire.WireError):
        wire.encode(np.zeros(3).view(Lying))


@pytest.mark.parametrize(
    "tree",
    [
        {"a": ["|O", [1], 0]},
        {"a": ["<U4", [1], 0]},
        {"a": ["<f4", [-1], 0]},
        {"a": ["<f4", [2**40, 2**40], 0]},
        {"a": ["<f4", [1], 10**6]},
        {"a": ["<f4", [1], -8]},
        {"a": ["<f4", [True], 0]},
        {"a": ["<f4", [1] * 99, 0]},
        {"a": ["<f8", [0, 2147483647, 2147483647, 2147483647], 0]},
        {"l": [{"a": ["<f4", [2], 0]}, {"a": ["<f4", [2], 0]}]},
        {"a": "<f4"},
        {"f": "1.0"},
        {"d": [["x"]]},
        {"d": [[{"l": []}, 1]]},
        {"l": {}},
        {"x": 1},
        {},
        {"a": 1, "l": []},
        [],
        2**70,
        {"o": 3},
    ],
    ids=str,
)
def test_forged_header_is_refused(tree: Any) -> None:
    with pytest.raises(wire.WireError):
        receive(raw(tree, bytes(8)))


def test_announced_giant_is_refused_before_anything_is_read() -> None:
    for data in (raw(1, announced=2**60), struct.pack("<IQ", 2**32 - 1, 0)):
        with pytest.raises(wire.WireError, match="too large"):
            receive(data)


def test_deep_nesting_is_refused() -> None:
    tree: Any = 1
    for _ in range(5_000):
        tree = b'{"l":[' + (tree if isinstance(tree, bytes) else b"1") + b"]}"
    with pytest.raises(wire.WireError):
        receive(raw(tree))
    nested: Any = []
    for _ in range(100):
        nested = [nested]
    with pytest.raises(wire.WireError, match="deeply"):
        wire.encode(nested)


def test_handle_comes_back_and_a_forged_one_is_refused() -> None:
    assert receive(frame([wire.Handle(3, "Layer")])) == [wire.Handle(3, "Layer")]
    for content in ([-1, "Layer"], [2**31, "Layer"], [True, "Layer"], ["1", "Layer"], [1], 1):
        with pytest.raises(wire.WireError):
            receive(raw(json.dumps({"h": content}).encode()))
