"""Objects that stay inside, and what can be asked about them from outside, in a real sandbox."""

from collections.abc import Callable, Iterator
from importlib import import_module

import numpy as np
import pytest

from autograder.checks import CheckFailed, expect_array
from autograder.checks.failure import StudentFailure
from autograder.checks.probes import PROBES
from autograder.checks.session import Session
from autograder.checks.student import Student, StudentFile, StudentObject
from autograder.config import FLAVOURS, Flavour
from autograder.result import Outcome
from autograder.sandbox import Recorder, Sandbox
from autograder.submission.reading import Submission

LAYER = """
import os
from typing import Any, Protocol  # classes that refuse to be asked whether something is theirs
import keras

class Scale(keras.layers.Layer):
    def __init__(self, units=1, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.supports_masking = True

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1],), initializer="ones", name="w")
        self.idle = self.add_weight(shape=(2,), name="idle")
        self.fixed = self.add_weight(shape=(1,), trainable=False, name="fixed")

    def call(self, x, mask=None):
        y = x * self.w
        return y if mask is None else y * keras.ops.cast(mask, x.dtype)[..., None]

    def get_config(self):
        return {**super().get_config(), "units": self.units}

def make_model():
    ids = keras.Input((4,), dtype="int32")
    h = keras.layers.Embedding(9, 3, mask_zero=True)(ids)
    h = keras.layers.Bidirectional(keras.layers.LSTM(2, return_sequences=True))(h)
    h = Scale(5, name="scale")(h)
    h = keras.layers.GlobalAveragePooling1D()(h)
    return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(h))

def pair(): return [Scale(), 1.0]
def end(): os._exit(0)
"""
USER = "def width(): return Scale(7).units"


@pytest.fixture(scope="module")
def session(sandbox: Sandbox) -> Iterator[Session]:
    opened = session_of(sandbox, LAYER, USER)
    yield opened
    opened.close()


@pytest.fixture
def student(session: Session) -> Student:
    return Student(session)


def session_of(sandbox: Sandbox, *sources: str) -> Session:
    cells = tuple(
        {
            "cell_type": "code",
            "source": source,
            "metadata": {"nbgrader": {"grade_id": f"cell{number}"}},
        }
        for number, source in enumerate(sources)
    )
    return Session(Recorder(sandbox), Submission(student="s", cells=cells, mended=(), sealed=True))


def failure(action: Callable[[], object]) -> StudentFailure:
    with pytest.raises(StudentFailure) as caught:
        action()
    return caught.value


@pytest.mark.parametrize("flavour", FLAVOURS, ids=lambda flavour: flavour.name)
def test_probes_inside_and_their_forms_outside_are_the_same(flavour: Flavour) -> None:
    assert import_module(flavour.probes).PROBES.keys() == PROBES.keys()


def test_object_stays_inside_and_its_methods_can_be_called(student: Student) -> None:
    layer = student.Scale(3, name="here")
    assert type(layer) is StudentObject
    assert layer.type_name == "Scale"
    assert layer.get_config()["units"] == 3
    x = np.arange(6.0).reshape(1, 2, 3)
    assert np.array_equal(layer(x), x)
    inner, number = student.pair()
    assert (type(inner), number) == (StudentObject, 1.0)


def test_object_is_no_array_for_a_check(student: Student) -> None:
    with pytest.raises(CheckFailed, match="object of another kind"):
        expect_array(student.Scale(), shape=(2,))


def test_weights_can_be_read_and_set(student: Student) -> None:
    layer = student.Scale()
    x = np.ones((2, 4, 3))
    student.probe.forward(layer, x)
    held = student.probe.weights_of(layer)
    assert [w.shape for w in held["values"]] == [(3,), (2,), (1,)]
    assert held["trainable"] == [True, True, False]
    student.probe.set_weights(layer, [np.array([1.0, 2, 3]), np.zeros(2), np.zeros(1)])
    assert np.array_equal(student.probe.forward(layer, x)[0, 0], [1, 2, 3])


def test_gradients_tell_what_is_used(student: Student) -> None:
    layer = student.Scale()
    x, up = np.full((1, 2, 3), 2.0), np.ones((1, 2, 3))
    mask = np.array([[True, False]])
    found = student.probe.gradients(layer, x, [up], mask=mask)
    assert np.array_equal(found["input"], [[[1, 1, 1], [0, 0, 0]]])
    assert np.array_equal(found["weights"][0], [2, 2, 2])
    assert found["weights"][1] is None


def test_mask_arrives_in_a_functional_model_and_may_be_passed_on(student: Student) -> None:
    x = np.array([[[1.0, 1], [0, 0]]])
    found = student.probe.in_functional_model(student.Scale(), x + 1, mask_value=1.0)
    assert found["masked"] == [True]
    assert np.array_equal(found["outputs"][0], [[[2, 2], [0, 0]]])
    assert student.probe.in_functional_model(student.Scale(), x)["masked"] == [False]


def test_layer_and_model_come_back_from_config_and_file(student: Student) -> None:
    assert student.probe.rebuild(student.Scale(4)).get_config()["units"] == 4
    model, ids = student.make_model(), np.array([[1, 2, 3, 0]])
    loaded = student.probe.save_and_load(model, ["Scale"])
    assert np.allclose(loaded(ids), model(ids))


def test_description_reaches_inner_layers_and_says_student_classes(student: Student) -> None:
    found = student.probe.describe(student.make_model())
    assert found["functional"]
    assert found["inputs"] == [[None, 4]]
    by_name = {layer["name"]: layer for layer in found["layers"]}
    assert by_name["scale"]["names"] == ["Scale"]
    assert by_name["scale"]["settings"]["units"] == 5
    assert by_name["scale"]["shape"] == [None, 4, 4]
    inner = [layer for layer in found["layers"] if layer["path"] == ["Bidirectional"]]
    assert [layer["settings"]["units"] for layer in inner if layer["kind"] == "LSTM"] == [2, 2]


def test_inside_of_a_model_can_be_seen(student: Student) -> None:
    model, ids = student.make_model(), np.array([[1, 2, 3, 0], [4, 5, 6, 7]])
    inner = student.probe.inner_tensors(model, "scale", ids)
    states, mask = inner["inputs"]  # the implicit mask is an input like any other
    assert states.shape == (2, 4, 4)
    assert np.array_equal(mask, ids != 0)
    assert np.all(inner["outputs"][0][0, 3] == 0)
    assert student.probe.inner_tensors(model, "nowhere", ids) == {"inputs": [], "outputs": []}
    # Whole numbers have no gradient, and an embedding's comes dense.
    found = student.probe.gradients(model, ids, [np.ones((2, 1))])
    assert found["input"] is None
    assert found["weights"][0].shape == (9, 3)


def test_short_fit_learns_and_repeats_itself(student: Student) -> None:
    ids, labels = np.array([[1, 2, 3, 4], [5, 6, 7, 8]]), np.array([[0.0], [1.0]])
    settings = {"steps": 5, "batch_size": 2, "learning_rate": 0.05, "seed": 1}
    model = student.make_model()
    start = student.probe.weights_of(model)["values"]
    one = student.probe.short_fit(model, ids, labels, ids, **settings)
    assert one["losses"][-1] < one["losses"][0]
    student.probe.set_weights(model, start)
    again = student.probe.short_fit(model, ids, labels, ids, **settings)
    assert again["losses"] == one["losses"]
    longer = student.probe.short_fit(model, ids, labels, ids, **{**settings, "learning_rate": 0.0})
    assert np.allclose(longer["losses"], longer["losses"][0])


def test_stand_in_takes_the_place_of_a_class_in_a_box_of_its_own(student: Student) -> None:
    neutral = "class Scale:\n    def __init__(self, units): self.units = 10 * units"
    other = student.with_stand_ins(cell0=neutral)
    assert other.width() == 70
    assert student.width() == 7


GRAPH = """
import tensorflow as tf

def use(graph):
    global run_graph
    definition = tf.compat.v1.GraphDef()
    definition.ParseFromString(graph.tobytes())
    imported = tf.compat.v1.wrap_function(
        lambda: tf.graph_util.import_graph_def(definition, name=""), []
    )
    run_graph = imported.prune(["inputs:0", "mask:0"], ["output_0:0"])

def run(inputs, mask):
    return run_graph(tf.constant(inputs), tf.constant(mask))[0]
"""
SCALE = """
import keras

class Scale(keras.layers.Layer):
    def __init__(self, units=1, **kwargs):
        super().__init__(**kwargs)

    def build(self, shape):
        for size, trainable in ((3, True), (2, True), (1, False)):
            self.add_weight(shape=(size + (size == 3),), trainable=trainable)

    def call(self, x, mask=None):
        return 0 * x
"""


def test_model_is_rebuilt_where_none_of_the_submissions_code_runs(student: Student) -> None:
    model = student.make_model()
    apart = student.without_code(SCALE)
    copy = apart.rebuilt(model, ["Scale"])
    held, found = student.probe.weights_of(model)["values"], apart.probe.weights_of(copy)["values"]
    assert all(np.array_equal(a, b) for a, b in zip(held, found, strict=True))
    ids = np.array([[1, 2, 3, 0]])
    assert np.allclose(apart.probe.forward(copy, ids), 0.5)  # with the layer that is there
    assert not np.allclose(student.probe.forward(model, ids), 0.5)
    assert failure(apart.make_model).outcome is Outcome.MISSING


def test_model_with_anything_but_known_layers_is_not_rebuilt(student: Student) -> None:
    apart = student.without_code("import keras")
    assert failure(lambda: apart.rebuilt(student.make_model())).outcome is Outcome.RAISED
    assert failure(lambda: apart.rebuilt(student.Scale(3))).outcome is Outcome.RAISED


def test_layer_goes_as_a_graph_to_where_its_code_does_not_run(student: Student) -> None:
    apart = student.without_code(GRAPH)
    model = student.make_model()
    apart.use(student.probe.layer_graph(model, "scale", 4))
    states, mask = np.ones((2, 4, 4), np.float32), np.array([[1, 1, 0, 0], [1, 1, 1, 1]], bool)
    assert np.array_equal(apart.run(states, mask), states * mask[:, :, None])


def test_object_of_another_box_is_no_argument(student: Student) -> None:
    neutral = LAYER.replace("Scale(5", "Scale(6")
    stranger = student.with_stand_ins(cell0=neutral).Scale()
    assert failure(lambda: student.probe.weights_of(stranger)).outcome is Outcome.CRASHED


def test_object_ends_with_its_box(sandbox: Sandbox) -> None:
    session = session_of(sandbox, LAYER)
    student = Student(session)
    layer = student.Scale()
    failure(student.end)
    assert failure(layer.get_config).outcome is Outcome.CRASHED
    assert student.Scale().get_config()["units"] == 1  # in a fresh box
    assert failure(layer.get_config).outcome is Outcome.CRASHED
    session.close()


def test_forged_number_is_the_submissions_failure(sandbox: Sandbox) -> None:
    forging = (
        "import sys\nfrom autograder.wire import Handle\n"
        "from autograder.inside.objects import Registry\n"
        "Registry.keep = lambda self, value: Handle(999, 'Layer')\n"
        "def make(): return object()\n"
    )
    session = session_of(sandbox, forging)
    student = Student(session)
    assert failure(student.make().get_config).outcome is Outcome.RAISED
    session.close()


def test_answer_of_another_form_is_no_answer(sandbox: Sandbox) -> None:
    lying = (
        "from autograder.inside.probes import PROBES\n"
        "PROBES['describe'] = lambda *_: {'functional': 1}\n"
        "def make(): return object()\n"
    )
    session = session_of(sandbox, lying)
    student = Student(session)
    made = student.make()
    assert failure(lambda: student.probe.describe(made)).outcome is Outcome.CRASHED
    session.close()


def test_data_is_no_object(sandbox: Sandbox) -> None:
    session = session_of(sandbox, "def one(): return 1")
    student = Student(session)
    assert failure(lambda: student.probe.describe(student.one())).outcome is Outcome.FAILED
    session.close()


def test_stand_in_that_earlier_cells_kill_is_their_failure(sandbox: Sandbox) -> None:
    trap = "import builtins, os\nbuiltins.print = lambda *_: os._exit(0)\ndef one(): return 1"
    session = session_of(sandbox, trap)
    student = Student(session).with_stand_ins(cell0="print(1)")
    assert failure(student.one).outcome is Outcome.CRASHED
    assert failure(student.one).outcome is Outcome.CRASHED
    session.close()


def test_any_kind_of_text_and_pair_is_data(sandbox: Sandbox) -> None:
    source = (
        "import collections, numpy as np\nPair = collections.namedtuple('Pair', 'word weight')\n"
        "def pairs(): return [Pair(np.array(['a'])[0], np.float32(0.5))]"
    )
    session = session_of(sandbox, source)
    assert Student(session).pairs() == [("a", 0.5)]
    session.close()


def test_library_that_implements_something_not_is_no_unsolved_task(sandbox: Sandbox) -> None:
    source = (
        "library = compile('raise NotImplementedError', 'library.py', 'exec')\n"
        "def make(): exec(library)"
    )
    session = session_of(sandbox, source)
    assert failure(Student(session).make).outcome is Outcome.RAISED
    session.close()


REGISTERED = """
import keras

@keras.saving.register_keras_serializable({arguments})
class Pool(keras.layers.Layer):
    def __init__(self, units=1, style="soft", **kwargs):
        super().__init__(**kwargs)
        self.units, self.style = units, style

    def call(self, x):
        return keras.ops.sum(x, axis=1)

    def get_config(self):
        return {{**super().get_config(), "units": self.units, "style": self.style}}

def make_model():
    start = keras.Input((4, 2))
    return keras.Model(start, Pool(3, style="hard", name="attention")(start))

def saved():
    import numpy as np
    make_model().save("/tmp/m.keras")
    return np.fromfile("/tmp/m.keras", "u1")
"""
APART = """
import keras
class Pool(keras.layers.Layer):
    @classmethod
    def from_config(cls, config):
        return cls(name=config["name"])
    def call(self, x):
        return keras.ops.max(x, axis=1)
"""


@pytest.mark.parametrize(
    "arguments",
    ["", "package='kit'", "name='Other'", "package='kit>sub', name='Pooling'", "'kit', 'Dense'"],
)
def test_class_with_keras_decorator_is_found_by_its_registered_name(
    sandbox: Sandbox, arguments: str
) -> None:
    session = session_of(sandbox, REGISTERED.format(arguments=arguments))
    student = Student(session)
    apart = student.without_code(APART)
    content = np.asarray(student.saved()).tobytes()
    file = StudentFile(name="m.keras", content=content)
    x = np.arange(8.0).reshape(1, 4, 2)
    for elsewhere in (
        apart.probe.load_model(file, custom_objects=["Pool"]),
        apart.rebuilt(student.make_model(), ["Pool"]),
        apart.probe.save_and_load(apart.rebuilt(student.make_model(), ["Pool"]), ["Pool"]),
    ):
        assert np.array_equal(apart.probe.forward(elsewhere, x), [[6, 7]]), "the class there"
    own = student.probe.load_model(file, custom_objects=["Pool"])
    assert np.array_equal(student.probe.forward(own, x), [[12, 16]])
    session.close()


def test_registered_class_that_is_not_asked_for_is_not_there(sandbox: Sandbox) -> None:
    session = session_of(sandbox, REGISTERED.format(arguments="package='kit'"))
    student = Student(session)
    apart = student.without_code(APART)
    assert failure(lambda: apart.rebuilt(student.make_model())).outcome is Outcome.RAISED
    session.close()
