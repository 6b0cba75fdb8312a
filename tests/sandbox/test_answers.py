"""What comes out of a box is data or the name of what it is instead; how a box ended is seen."""

import numpy as np
import pytest

from autograder.config import NUMPY, TENSORFLOW
from autograder.errors import SandboxFault
from autograder.sandbox import Box, BoxEnded, Ending, Sandbox
from autograder.wire import Opaque
from tests.sandbox.boxes import QUICK, call, evaluate, run


def test_arrays_go_in_and_come_out(shared_box: Box) -> None:
    run(shared_box, "def twice(x): return 2 * x")
    value = call(shared_box, "twice", np.arange(6, dtype=np.float32).reshape(2, 3))["value"]
    assert value.dtype == np.float32
    assert value.tolist() == [[0, 2, 4], [6, 8, 10]]


def test_lists_tuples_and_numbers_keep_their_types(shared_box: Box) -> None:
    run(shared_box, "def back(x): return x")
    value = [(1, 2.5), {"a": None}, "text", True, float("inf")]
    assert call(shared_box, "back", value)["value"] == value


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("object()", "object"),
        ("2**70", "int of more than 64 bits"),
        ("__import__('numpy').array([object()])", "array of dtype object"),
        ("(i for i in [1])", "generator"),
        ("type('Lying', (), {})()", "Lying"),
    ],
)
def test_what_is_no_data_comes_out_as_a_name(shared_box: Box, expression: str, name: str) -> None:
    assert evaluate(shared_box, "", expression) == Opaque(name)


def test_text_comes_out_printable(shared_box: Box) -> None:
    assert evaluate(shared_box, "", r"'a\udc80b'") == "a?b"


@pytest.mark.parametrize(
    "forged",
    [
        "b'no frame at all, but long enough for a prefix'",
        "struct.pack('<IQ', 10, 1 << 60) + b'0123456789'",
        "struct.pack('<IQ', 1 << 31, 0)",
        """struct.pack('<IQ', 46, 0) + b'{"d":[["id",99],["status","ok"],["value",1.0]]}' """,
    ],
)
def test_bytes_on_the_socket_end_only_the_forger(tiered: Sandbox, box: Box, forged: str) -> None:
    forge = f"import os, struct\nos.write(3, {forged})\nos.write(3, bytes(64))"
    with pytest.raises(BoxEnded) as ended:
        run(box, forge)
    assert ended.value.ending is Ending.CRASHED
    other = tiered.spawn(NUMPY, QUICK)
    assert evaluate(other, "", "1 + 1") == 2
    other.close()


@pytest.mark.parametrize(
    "answer",
    [
        "{'id': np.array([1, 1]), 'status': 'ok'}",
        "{'id': True, 'status': 'ok'}",
        "{'id': 1, 'status': np.array(['ok', 'ok']) == 'ok'}",
        "{'id': 1}",
        "[1, 'ok']",
    ],
)
def test_well_formed_frame_with_the_wrong_types_is_no_answer(box: Box, answer: str) -> None:
    forge = (
        "import os, numpy as np\nfrom autograder import wire\n"
        f"first, rest = wire.encode({answer})\n"
        "os.write(3, first + b''.join(map(bytes, rest)))"
    )
    with pytest.raises(BoxEnded, match="not the one asked for"):
        run(box, forge)


@pytest.mark.parametrize("code", [0, 1])
def test_ending_itself_is_a_crash_whatever_the_exit_status(box: Box, code: int) -> None:
    with pytest.raises(BoxEnded) as ended:
        run(box, f"import os; os._exit({code})")
    assert (ended.value.ending, ended.value.message) == (Ending.CRASHED, "the process ended itself")


def test_crash_of_the_interpreter_is_told_by_its_signal(box: Box) -> None:
    with pytest.raises(BoxEnded, match="signal 11"):
        run(box, "import ctypes; ctypes.string_at(0)")


def test_closing_the_socket_is_a_crash(box: Box) -> None:
    with pytest.raises(BoxEnded) as ended:
        run(box, "import os; os.close(3)")
    assert ended.value.ending is Ending.CRASHED


def test_ended_box_is_not_asked_again(box: Box) -> None:
    with pytest.raises(BoxEnded):
        run(box, "import os; os._exit(0)")
    with pytest.raises(SandboxFault):
        run(box, "1")


def test_tensorflow_trains_saves_and_loads_in_a_forked_box(tiered: Sandbox) -> None:
    box = tiered.spawn(TENSORFLOW)
    source = """
import keras, numpy as np
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
x = np.ones((8, 3), "float32")
model.fit(x, x[:, :1], verbose=0)
model.save("/tmp/model.keras")
again = keras.models.load_model("/tmp/model.keras")
same = bool(np.array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0)))
"""
    answer = box.ask({"op": "cell", "source": source, "number": 1}, cpu_s=60)
    assert answer["error"] is None
    assert evaluate(box, "", "same") is True
    box.close()
