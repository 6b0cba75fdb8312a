"""What may not be the submission's mistake waits for a person, and gains nobody anything."""

import io
import json
import platform
import zipfile
from typing import Any

import pytest

from autograder.checks.cell_run import CellRun
from autograder.checks.failure import StudentFailure
from autograder.checks.lacking import lacked
from autograder.checks.saved import version_in, why_not_loaded
from autograder.course.layout import Task
from autograder.grading.doubts import settled
from autograder.result import CheckResult, Outcome, Status, TaskResult
from autograder.submission.reading import CodeCell

TASK = Task(name="double", points=2.0, answer="double_answer")
NEWER = "3.99.1"


def run(index: int, source: str, grade_id: str | None = None, **error: str) -> CellRun:
    return CellRun(
        cell=CodeCell(index=index, source=source, grade_id=grade_id),
        printed="",
        outputs=(),
        failure="it failed" if error else None,
        error=error or None,
    )


def no_module(index: int, source: str, module: str, grade_id: str | None = None) -> CellRun:
    return run(index, source, grade_id, type="ModuleNotFoundError", module=module)


def judged(score: float | None, doubt: str = "") -> TaskResult:
    points = score or 0.0
    check = CheckResult(
        name="check",
        title="A check",
        outcome=Outcome.PASSED if points == 2 else Outcome.RAISED,
        points=points,
        max_points=2.0,
        message="",
        doubt=doubt,
    )
    return TaskResult(
        name="double", score=score, max_score=2.0, status=Status.GRADED, checks=(check,)
    )


def test_lost_points_with_a_doubt_wait_for_a_person() -> None:
    found = settled(judged(0.0, "it imports torch"), TASK, [], "")
    assert (found.score, found.status) == (None, Status.NEEDS_REVIEW)
    assert found.why == "it imports torch"


def test_doubt_takes_no_points_and_gives_none() -> None:
    full, fault = judged(2.0, "a doubt"), judged(None)
    assert settled(full, TASK, [no_module(0, "import torch", "torch")], "") is full
    assert settled(fault, TASK, [], "") is fault


def test_missing_package_in_a_cell_that_the_task_rests_on_is_named() -> None:
    runs = [
        no_module(0, "import torch\nimport math as m", "torch.nn"),
        run(1, "def helper(x): return m.sqrt(x)"),
        run(2, "def double(x): return helper(x)", "double_answer"),
    ]
    why = settled(judged(0.0), TASK, runs, "").why
    assert why == "it imports torch, which the grader does not have"
    (check,) = settled(judged(0.0), TASK, runs, "").checks
    assert check.message.startswith("It imports torch, which the grader does not have.")
    assert settled(judged(0.0), TASK, runs[1:], "").score == 0


def test_missing_package_in_a_cell_that_nothing_uses_is_no_doubt() -> None:
    runs = [
        no_module(0, "import torch", "torch"),
        run(1, "def double(x): return x", "double_answer"),
    ]
    assert settled(judged(0.0), TASK, runs, "").score == 0


def test_task_without_a_cell_of_its_own_rests_on_all() -> None:
    runs = [no_module(0, "import torch", "torch")]
    assert settled(judged(0.0), Task(name="accuracy", points=2.0), runs, "").score is None


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("torch", "torch"),
        ("torch.nn.functional", "torch"),
        ("google.colab.files", "google.colab"),
        ("google.protobuf.nothing", ""),
        ("tensorflow_io", "tensorflow_io"),
        ("numpy.nothing", ""),
        ("nmpy", ""),
        ("mtplotlib.pyplot", ""),
        ("Numpy", ""),
        ("kears", ""),
        ("json5x y", ""),
        ("", ""),
        (None, ""),
        ("a" * 5_000, ""),
    ],
)
def test_only_a_package_that_is_not_here_is_lacking(module: object, package: str) -> None:
    said = f"it imports {package}, which the grader does not have" if package else ""
    assert lacked({"type": "ModuleNotFoundError", "module": module}) == said


def test_name_that_is_not_in_the_line_is_not_said() -> None:
    error = {"type": "ModuleNotFoundError", "module": "secret_1234"}
    assert lacked(error, "import torch") == ""
    assert "torch," in lacked({**error, "module": "torch.nn"}, "import torch.nn as nn")


@pytest.mark.parametrize(
    ("kind", "message", "named"),
    [
        ("PermissionError", "the grader's sandbox starts no other process", "another process"),
        ("gaierror", "[Errno -3] Temporary failure in name resolution", "no network"),
        ("URLError", "<urlopen error [Errno -3]>", "no network"),
        ("Exception", "URL fetch failure on https://x: None -- [Errno -3]", "no network"),
        ("PermissionError", "[Errno 1] Operation not permitted", ""),
        ("Exception", "x", ""),
        (None, None, ""),
    ],
)
def test_what_the_sandbox_does_not_have_is_named(kind: object, message: object, named: str) -> None:
    said = lacked({"type": kind, "message": message, "module": ""})
    assert (named in said) if named else said == ""


def test_newer_python_is_named_with_ours() -> None:
    source = "def double[T](x: T) -> T: return x + x"
    runs = [run(3, source, "double_answer", type="SyntaxError")]
    why = settled(judged(0.0), TASK, runs, NEWER).why
    assert f"Python {NEWER}" in why
    assert platform.python_version() in why
    assert "cell 4" in why


def test_name_of_a_newer_standard_library_is_a_doubt_and_of_another_library_is_none() -> None:
    source = "from itertools import batched\ndef double(x): return 0"
    newer = run(0, source, "double_answer", type="ImportError", module="itertools")
    other = run(0, source, "double_answer", type="ImportError", module="numpy")
    assert f"Python {NEWER}" in settled(judged(0.0), TASK, [newer], NEWER).why
    assert settled(judged(0.0), TASK, [newer], "").score == 0
    assert settled(judged(0.0), TASK, [other], NEWER).score == 0
    words = {"type": "AttributeError", "module": "", "message": "module '{}' has no attribute 'x'"}
    for module, is_python in (("itertools", True), ("os.path", True), ("numpy", False)):
        said = words | {"message": words["message"].format(module)}
        found = settled(judged(0.0), TASK, [run(0, source, "double_answer", **said)], NEWER)
        assert (found.score is None) is is_python


@pytest.mark.parametrize("python", ["", platform.python_version(), "3.1.9"])
def test_syntax_error_of_our_python_or_an_older_is_a_mistake(python: str) -> None:
    runs = [run(0, "def double(x) return x", "double_answer", type="SyntaxError")]
    assert settled(judged(0.0), TASK, runs, python).score == 0


@pytest.mark.parametrize("error", [None, 1, [], {"type": 5}, {"type": "ModuleNotFoundError"}])
def test_box_may_say_anything_of_its_errors(error: Any) -> None:
    made = CellRun(
        cell=CodeCell(index=0, source="def double(x): pass", grade_id=None),
        printed="",
        outputs=(),
        failure="x",
        error=error,
    )
    assert settled(judged(0.0), TASK, [made], NEWER).score == 0


def keras_file(said: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", said)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "version"),
    [
        (keras_file(b'{"keras_version": "3.99.0"}'), "3.99.0"),
        (keras_file(b'{"keras_version": "2.16.0-tf"}'), "2.16.0-tf"),
        (keras_file(b'{"keras_version": "<b>"}'), ""),
        (keras_file(b'{"keras_version": 3}'), ""),
        (keras_file(b'{"keras_version": "' + b"1." * 500_000 + b'"}'), ""),
        (keras_file(b"[" * 60_000), ""),
        (keras_file(b"\xff"), ""),
        (keras_file(b"{}")[:40], ""),
        (b"", ""),
        (b"\x89HDF\r\n", ""),
    ],
)
def test_version_in_a_file_is_bounded_data(content: bytes, version: str) -> None:
    assert version_in(content) == version


def test_file_in_the_format_of_older_versions_is_a_doubt() -> None:
    raised = StudentFailure(Outcome.RAISED, "f raised ValueError")
    found = why_not_loaded("f", b"\x89HDF\r\n\x1a\nmore", raised)
    assert "f is an HDF5 file" in found.doubt
    assert why_not_loaded("f", b"\x89HDF", raised).doubt == ""


def test_file_that_ended_its_box_is_no_doubt() -> None:
    ended = StudentFailure(Outcome.CRASHED, "f: it ended")
    content = keras_file(json.dumps({"keras_version": "9.9.9"}).encode())
    assert why_not_loaded("f", content, ended) is ended
