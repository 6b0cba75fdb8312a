"""Runs a file of hidden checks on functions of the same process: for rivals, and for comparison.

The checks' text, the seeds, the assertions and the probes are the kit's own. As a program it reads
JSON on stdin (cells, texts of checks by path, how often), runs these in one warm process, and
prints what that costs.
"""

import contextlib
import inspect
import io
import json
import sys
import time
import zlib
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from autograder.checks.expect import Graded
from autograder.checks.failure import StudentFailure
from autograder.checks.student import Student
from autograder.course.dataset import Dataset, Thresholds

HERE = Path(__file__).parent
Names = dict[str, Any]


class Checks:
    """One file of checks. `names` are the notebook's."""

    def __init__(self, text: str, path: str, names: Names) -> None:
        make: Callable[[Names], Student] = Student  # type: ignore[assignment]  # here the stand-in
        self._student, self._path = make(names), Path(path)
        self._names: Names = {"__file__": path, "__name__": "checks"}
        exec(compile(text, path, "exec"), self._names)
        self._made: Names = {}

    @cached_property
    def all(self) -> Names:
        """The checks by name, in their order."""
        return {name: f for name, f in self._names.items() if name.startswith("check_")}

    def run(self, name: str) -> None:
        """Raises nothing if the check passes; `Graded` or another exception if not."""
        check = self.all[name]
        own = {"rng": np.random.default_rng(zlib.crc32(name.encode()))}
        check(**self._arguments(check, own))

    def points(self, name: str) -> float:
        """What one check earns: all, nothing or a share."""
        worth: float = self.all[name].points
        try:
            self.run(name)
        except Graded as graded:
            return round(graded.share * worth, 2)
        except (Exception, StudentFailure):  # noqa: BLE001 - whatever it is, the check has not passed
            return 0.0
        return worth

    def _arguments(self, function: Callable[..., Any], own: Names) -> Names:
        return {name: self._get(name, own) for name in inspect.signature(function).parameters}

    def _get(self, name: str, own: Names) -> Any:
        if name in own:
            return own[name]
        if name not in self._made:
            fixture = self._names.get(name)
            if fixture is not None and getattr(fixture, "is_fixture", False):
                base = {"student": self._student} if name == "student" else {}
                self._made[name] = fixture(**self._arguments(fixture, base))
            else:
                self._made[name] = self._base(name)
        return self._made[name]

    def _base(self, name: str) -> Student | Dataset:
        return self._student if name == "student" else _examples(self._path.parent.name)


def _examples(name: str) -> Dataset:
    """The hidden examples in a file that the benchmark wrote."""
    with np.load(HERE / f"{name}.npz") as arrays:
        limits = Thresholds(lower=float(arrays["lower"]), full=float(arrays["full"]))
        inputs, labels = arrays["inputs"], arrays["labels"]
    return Dataset(name=name, inputs=inputs, labels=labels, thresholds=limits)


def grade(text: str, path: str, names: Names) -> float:
    """The points of all checks of a file."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        checks = Checks(text, path, names)
        return float(sum(checks.points(name) for name in checks.all))


def test_cases(text: str, path: str, test_case: Callable[..., Any]) -> Names:
    """The checks as test cases of Otter, by name. A share of the points is none there."""
    made = {}
    for name, check in Checks(text, path, {}).all.items():
        made[name] = test_case(name=name, points=check.points, hidden=True)(_case(text, path, name))
    return made


def _case(text: str, path: str, name: str) -> Callable[[Names], None]:
    def case(env: Names) -> None:
        checks = _of(text, path, env)
        earned = checks.points(name)
        assert earned == checks.all[name].points, f"{earned:g} points"

    return case


_known: dict[str, tuple[Checks, Names]] = {}


def _of(text: str, path: str, names: Names) -> Checks:
    """One set of checks a file, so that what checks share is made once."""
    if path not in _known or _known[path][1] is not names:
        _known[path] = Checks(text, path, names), names
    return _known[path][0]


def main() -> None:
    """The first time, which warms up, is not told."""
    job, spent, out = json.load(sys.stdin), [], sys.stdout
    for _ in range(job["times"] + 1):
        start = time.process_time()
        names: Names = {"__name__": "__main__"}
        for cell in job["cells"]:
            exec(compile(cell, "cell", "exec"), names)
        cells = time.process_time() - start
        points = sum(grade(text, path, names) for path, text in job["checks"].items())
        spent.append({"cells": cells, "all": time.process_time() - start, "points": points})
    print(json.dumps(spent[1:]), file=out)


if __name__ == "__main__":
    main()
