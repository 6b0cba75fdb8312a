"""Trusted side. The pytest plugin that turns hidden checks into check results."""

import traceback
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis.errors import Flaky

from autograder.checks.expect import CheckFailed, Graded
from autograder.checks.failure import StudentFailure
from autograder.checks.session import Session
from autograder.checks.student import Student
from autograder.course.dataset import Dataset
from autograder.errors import HiddenCheckError
from autograder.result import CheckResult, Outcome

_MAX_MESSAGE = 2_000
_OPTIONS = """
    --assert=plain --capture=no --import-mode=importlib --noconftest --continue-on-collection-errors
    -p no:cacheprovider -p no:terminal -p no:faulthandler -p no:hypothesispytest
    -p no:threadexception -p no:unraisableexception -p no:randomly -p no:xdist -p no:cov
    -p no:anyio -p no:doctest -p no:junitxml -p no:pastebin -p no:stepwise -p no:setuponly
    -p no:setupplan -p no:nose -p no:logging -p no:recwarn -p no:tmpdir -p no:monkeypatch
    -p no:unittest -p no:debugging -p no:reports -p no:legacypath -p no:skipping -p no:warnings
    -o python_functions=check_* -o python_files=check_*.py -c /dev/null --rootdir /
""".split()
_FAULT = "The grader itself failed in this check; it costs you nothing and will be looked at."


class _Collector:
    """Gives checks their fixtures and gathers their outcomes, file by file."""

    def __init__(self, session: Session, data: Dataset | None) -> None:
        self._session, self._data = session, data
        self.results: dict[Path, list[CheckResult]] = {}
        self.broken: dict[Path, str] = {}
        self.unjudged: dict[str, pytest.Item] = {}
        self.interrupt: KeyboardInterrupt | None = None

    @pytest.fixture(scope="module")
    def student(self, request: pytest.FixtureRequest) -> Iterator[Student]:
        """The submission in a box in which only the task of this file is judged."""
        session = self._session.of_task(request.path.stem)
        yield Student(session)
        session.close()

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """Random numbers of the check's own, the same for every submission."""
        return np.random.default_rng(zlib.crc32(request.node.name.encode()))

    @pytest.fixture(scope="session")
    def dataset(self) -> Dataset:
        """The hidden examples that the course is graded on."""
        if self._data is None:
            raise HiddenCheckError("a check asks for `dataset`; write a dataset.py beside it")
        return self._data

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Any:
        report = yield
        if report.failed:
            self.broken[collector.path] = str(report.longrepr)
        return report

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.unjudged = {item.nodeid: item for item in session.items}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        report = yield
        if call.when == "call" or call.excinfo is not None:
            error = call.excinfo.value if call.excinfo else None
            result = _result(item, *_verdict(item, error))
            if result.outcome is Outcome.GRADER_FAULT:
                result = replace(result, fault=_last_line(item, error))
            result = replace(result, doubt=_doubt_in(error))
            self.results.setdefault(item.path, []).append(result)
            self.unjudged.pop(item.nodeid, None)
        return report

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        if isinstance(excinfo.value, KeyboardInterrupt):
            self.interrupt = excinfo.value

    def give_up(self) -> None:
        """Pytest ended before these checks: our fault, no matter what ended it."""
        for item in self.unjudged.values():
            result = _result(item, 0.0, Outcome.GRADER_FAULT, _FAULT)
            why = f"{item.path.name}: pytest ended before {item.name} was judged"
            self.results.setdefault(item.path, []).append(replace(result, fault=why))


def run_checks(
    files: Sequence[Path], session: Session, data: Dataset | None = None
) -> dict[Path, tuple[CheckResult, ...]]:
    """Judge a submission by the checks in `files`, in one session of pytest.

    Raises:
        HiddenCheckError: if a file cannot be collected or holds no check.
        KeyboardInterrupt: which pytest would keep to itself.
    """
    for file in files:
        if not file.is_file():
            raise HiddenCheckError(f"{file} does not exist; each task needs its checks there")
    collector = _Collector(session, data)
    pytest.main([*_OPTIONS, *map(str, files)], plugins=[collector])
    if collector.interrupt is not None:
        raise collector.interrupt
    collector.give_up()
    for file in files:
        why = collector.broken.get(file, "it holds no function check_…")
        if file in collector.broken or not collector.results.get(file):
            raise HiddenCheckError(f"{file} cannot be used: {why}")
    return {file: tuple(collector.results[file]) for file in files}


def score(results: Sequence[CheckResult]) -> float | None:
    """The points of the passed checks; None if one of them failed by our fault."""
    if any(result.outcome is Outcome.GRADER_FAULT for result in results):
        return None
    return float(sum(result.points for result in results))


def _verdict(item: pytest.Item, error: BaseException | None) -> tuple[float, Outcome, str]:
    """The share of the points, from 0 to 1, the outcome and the message."""
    if error is None:
        return 1.0, Outcome.PASSED, ""
    if type(error) is Graded:
        passed = Outcome.PASSED if error.share == 1 else Outcome.FAILED
        return error.share, passed, str(error)[:_MAX_MESSAGE]
    return 0.0, *_explain(item, error)


def _explain(item: pytest.Item, error: BaseException) -> tuple[Outcome, str]:
    error = _first(error)
    if isinstance(error, StudentFailure):
        return error.outcome, error.message[:_MAX_MESSAGE]
    if isinstance(error, Flaky):
        return Outcome.FAILED, "The same input gave two different answers. What changed?"
    if isinstance(error, CheckFailed) or _is_own_assertion(item, error):
        return Outcome.FAILED, str(error)[:_MAX_MESSAGE]
    # Also an assertion from a library: its message might show hidden inputs.
    return Outcome.GRADER_FAULT, _FAULT


def _doubt_in(error: BaseException | None) -> str:
    first = None if error is None else _first(error)
    return first.doubt if isinstance(first, StudentFailure) else ""


def _first(error: BaseException) -> BaseException:
    """Hypothesis may find several ways to fail; one teaches."""
    if isinstance(error, BaseExceptionGroup) and not isinstance(error, Flaky):
        return _first(error.exceptions[0])
    return error


def _result(item: pytest.Item, share: float, outcome: Outcome, message: str) -> CheckResult:
    function = getattr(item, "function", None)
    worth = float(getattr(function, "points", 0.0))
    title = (getattr(function, "__doc__", None) or item.name).strip().splitlines()[0]
    return CheckResult(
        name=item.name,
        title=title,
        outcome=outcome,
        points=round(share * worth, 2),
        max_points=worth,
        message=message,
    )


def _last_line(item: pytest.Item, error: BaseException | None) -> str:
    """Where in the check's own file an exception of ours came from, and what it says."""
    lines = [
        f"line {frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__ if error else None)
        if frame.filename == str(item.path)
    ]
    place = f"{item.path.name}, {lines[-1]}" if lines else item.path.name
    return f"{place}: {type(error).__name__}: {error}"[:_MAX_MESSAGE]


def _is_own_assertion(item: pytest.Item, error: BaseException) -> bool:
    """Whether a plain `assert` of the check's own file failed, with a message of its own."""
    if type(error) is not AssertionError or error.__traceback__ is None:
        return False
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename == str(item.path)
