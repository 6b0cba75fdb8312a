"""What is said of a solution that is not there: it is true, and it helps."""

from collections.abc import Callable, Iterator

import pytest

from autograder.checks.absence import stubs_in
from autograder.checks.failure import StudentFailure
from autograder.checks.session import Session
from autograder.checks.student import Student
from autograder.course.notebooks import Cell
from autograder.result import Outcome
from autograder.sandbox import Recorder, Sandbox
from autograder.submission.reading import Submission
from tests.sandbox.test_probes import failure

STUB = 'def double(x):\n    """Two times x."""\n    raise {}\n'
LAYER = (
    "class Layer:\n    def build(self):\n        raise NotImplementedError()\n\n"
    "    def call(self):\n        raise NotImplementedError()\n"
)
Asked = Callable[..., tuple[Outcome, str]]


def cell(name: str | None, source: str) -> Cell:
    marks = {"nbgrader": {"grade_id": name, "solution": True}} if name else {}
    return {"cell_type": "code", "source": source, "metadata": marks}


@pytest.fixture
def asked(sandbox: Sandbox) -> Iterator[Asked]:
    """What is said when `name` is called in a notebook with these cells."""
    opened: list[Session] = []

    def ask(
        *cells: Cell,
        name: str = "double",
        released: str = STUB.format("NotImplementedError()"),
        method: str = "",
    ) -> tuple[Outcome, str]:
        submission = Submission(student="s", cells=cells, mended=(), sealed=True)
        release = [cell("double_answer", released), cell("Layer_answer", LAYER)]
        session = Session(Recorder(sandbox), submission, stubs=stubs_in(release))
        opened.append(session)
        student = Student(session)

        def act() -> object:
            asked = getattr(student, name)
            return getattr(asked(), method)() if method else asked(*([1.0] * (name != "Layer")))

        found = failure(act)
        return found.outcome, found.message

    yield ask
    for session in opened:
        session.close()


@pytest.mark.parametrize(
    "stub", ["NotImplementedError()", "ValueError('to do')", "NotImplementedError  # your code"]
)
def test_release_as_it_is_is_not_solved_yet(asked: Asked, stub: str) -> None:
    released = STUB.format(stub)
    found = asked(cell("double_answer", released), released=released)
    assert found == (Outcome.MISSING, "double is not solved yet.")


def test_method_of_the_release_is_not_solved_yet(asked: Asked) -> None:
    found = asked(cell("Layer_answer", LAYER), name="Layer", method="call")
    assert found == (Outcome.MISSING, "Layer is not solved yet.")


def test_cell_that_is_a_stub_as_a_whole_is_not_solved_yet(asked: Asked) -> None:
    released = "# YOUR CODE HERE\nraise NotImplementedError()"
    found = asked(cell("double_answer", released), released=released)
    assert found == (Outcome.MISSING, "double is not solved yet.")


def test_unsolved_function_of_another_task_is_named(asked: Asked) -> None:
    uses = cell("quadruple_answer", "def quadruple(x): return 2 * double(x)")
    stub = cell("double_answer", STUB.format("NotImplementedError()"))
    _, said = asked(stub, uses, name="quadruple")
    assert said == "quadruple uses double, which is not solved yet."


@pytest.mark.parametrize(
    "source",
    [
        # the same words in another place
        "def double(x):\n    if x:\n        raise NotImplementedError()\n    return x",
        "def double(x): raise NotImplementedError()",
        "def helper(x):\n    raise NotImplementedError()\ndef double(x):\n    return helper(x)",
        "class Own(NotImplementedError): pass\ndef double(x): raise Own()",
    ],
)
def test_own_error_is_an_error(asked: Asked, source: str) -> None:
    outcome, said = asked(cell("double_answer", source))
    assert outcome is Outcome.RAISED
    assert "not solved" not in said
    assert "raise " in said


def test_error_of_keras_names_the_line_that_led_there(asked: Asked) -> None:
    source = (
        "import keras\nclass Model(keras.Model):\n    pass\n"
        "def double(x):\n    return Model()(keras.ops.ones((1, 2)))"
    )
    outcome, said = asked(cell("double_answer", source))
    assert outcome is Outcome.RAISED
    assert "NotImplementedError in `return Model()(keras.ops.ones((1, 2)))`" in said


def test_error_in_a_graph_names_its_line(asked: Asked) -> None:
    source = (
        "import numpy as np, tensorflow as tf\n@tf.function\ndef traced(x):\n"
        "    return np.asarray(x)\ndef double(x):\n    return traced(tf.constant(x))"
    )
    outcome, said = asked(cell("double_answer", source))
    assert outcome is Outcome.RAISED
    assert "NotImplementedError in `return np.asarray(x)`" in said


def test_error_without_a_line_of_the_notebook_is_a_librarys(asked: Asked) -> None:
    source = "import operator\ndouble = operator.itemgetter('a')"
    outcome, said = asked(cell("double_answer", source))
    assert outcome is Outcome.RAISED
    assert said.startswith("double raised TypeError (inside a library)")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def duoble(x): return 2 * x", "There is no double. Did you mean `duoble`?"),
        ("def Double(x): return 2 * x", "Did you mean `Double`?"),
        ("class Doubler:\n    def __call__(self, x): return x", "Did you mean `Doubler`?"),
        ("twice = lambda x: 2 * x", "There is no double: no cell defines it."),
        ("def double(x): return 2 * x\ndel double", "Was it deleted"),
        ("def double(x): return 2 * x\ndouble = double(1)", "given another value"),
        ("def double_layer(x): return x\ndef doubel(x): return x", "Did you mean `doubel`?"),
        ("def outer():\n    def double(x): return x", "inside of something else?"),
        ("def double(x) return x", "The cell of double did not run"),
    ],
)
def test_name_that_is_not_there_is_said_so(asked: Asked, source: str, words: str) -> None:
    _, said = asked(cell("double_answer", source))
    assert words in said
    assert "not solved" not in said


def test_function_in_a_cell_that_is_not_run_is_named(asked: Asked) -> None:
    training = cell(None, "def double(x): return 2 * x")
    training["metadata"]["tags"] = ["skip-grading"]
    outcome, said = asked(cell("double_answer", "x = 1"), training)
    assert outcome is Outcome.MISSING
    assert "only in a cell that is not run here" in said


def test_name_of_another_solution_is_no_misspelling(asked: Asked) -> None:
    own, other = cell("double_answer", ""), cell(None, "def double(x): return 2 * x")
    released = STUB.format("NotImplementedError()").replace("double", "doubled")
    _, said = asked(own, other, name="doubles", released=released)
    assert "Did you mean `double`?" in said
    other["source"] = "def doubled(x): return 2 * x"
    _, said = asked(own, other, name="doubles", released=released)
    assert said == "There is no doubles: no cell defines it."


def test_helper_in_a_cell_that_is_not_run_is_named(asked: Asked) -> None:
    training = cell(None, "def twice(x): return 2 * x")
    training["metadata"]["tags"] = ["skip-grading"]
    _, said = asked(training, cell("double_answer", "def double(x): return twice(x)"))
    assert "`twice` is only in a cell that is not run here" in said
    training["metadata"]["tags"] = []
    training["source"] = "def thrice(x): return 3 * x"
    _, said = asked(training, cell("double_answer", "def double(x): return twice(x)"))
    assert said.endswith("(name 'twice' is not defined)")


def test_method_that_an_object_has_not_is_named(asked: Asked) -> None:
    _, said = asked(cell("Layer_answer", "class Layer: pass"), name="Layer", method="call")
    assert said == "What Layer gave has no `call`."


def test_package_that_boxes_do_not_have_is_a_doubt(sandbox: Sandbox) -> None:
    source = "def double(x):\n    import nosuchthing.deep\n    return x"
    found = failed(sandbox, source)
    assert found.outcome is Outcome.RAISED
    assert found.doubt == "it imports nosuchthing, which the grader does not have"


@pytest.mark.parametrize(
    "source",
    [
        "import itertools\ndef double(x):\n    return list(itertools.nosuchthing(x))",
        "def double(x):\n    from itertools import nosuchthing\n    return x",
    ],
)
def test_name_of_a_newer_standard_library_in_a_call_is_a_doubt(
    sandbox: Sandbox, source: str
) -> None:
    assert "it is written with Python 3.99.1" in failed(sandbox, source, "3.99.1").doubt
    assert failed(sandbox, source, "").doubt == ""


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("import subprocess\ndef double(x):\n    subprocess.run(['ls'])", "another process"),
        (
            "import urllib.request\ndef double(x):\n"
            "    urllib.request.urlopen('http://example.org')",
            "no network",
        ),
    ],
)
def test_what_the_sandbox_does_not_have_is_a_doubt(
    sandbox: Sandbox, source: str, named: str
) -> None:
    assert named in failed(sandbox, source).doubt


def failed(sandbox: Sandbox, source: str, python: str = "") -> StudentFailure:
    cells = (cell("double_answer", source),)
    submission = Submission(student="s", cells=cells, mended=(), sealed=True, python=python)
    session = Session(Recorder(sandbox), submission)
    try:
        return failure(lambda: Student(session).double(1.0))
    finally:
        session.close()
