"""Runs a file of hidden checks on functions of the same process: for rivals, and for comparison.

The checks' text, the seeds, the assertions and the probes are the kit's own.
"""

import contextlib
import inspect
import io
import zlib
from functools import cached_property
from pathlib import Path

import numpy as np

from autograder.checks.expect import Graded
from autograder.checks.session import StudentFailure
from autograder.checks.student import Student
from autograder.course.dataset import read

HERE = Path(__file__).parent


class Checks:
    """One file of checks. `names` are the notebook's."""

    def __init__(self, text, path, names):
        self._student, self._path = Student(names), Path(path)
        self._names = {"__file__": str(path), "__name__": "checks"}
        exec(compile(text, str(path), "exec"), self._names)
        self._made = {}

    @cached_property
    def all(self):
        """The checks by name, in their order."""
        return {name: f for name, f in self._names.items() if name.startswith("check_")}

    def run(self, name):
        """Raises nothing if the check passes; `Graded` or another exception if not."""
        check = self.all[name]
        own = {"rng": np.random.default_rng(zlib.crc32(name.encode()))}
        check(**self._arguments(check, own))

    def points(self, name):
        """What one check earns: all, nothing or a share."""
        worth = self.all[name].points
        try:
            self.run(name)
        except Graded as graded:
            return round(graded.share * worth, 2)
        except (Exception, StudentFailure):
            return 0.0
        return worth

    def _arguments(self, function, own):
        return {name: self._get(name, own) for name in inspect.signature(function).parameters}

    def _get(self, name, own):
        if name in own:
            return own[name]
        if name not in self._made:
            fixture = self._names.get(name)
            if getattr(fixture, "is_fixture", False):
                base = {"student": self._student} if name == "student" else {}
                self._made[name] = fixture(**self._arguments(fixture, base))
            else:
                self._made[name] = self._base(name)
        return self._made[name]

    def _base(self, name):
        return self._student if name == "student" else read(HERE / f"{self._path.parent.name}.npz")


def grade(text, path, names):
    """The points of all checks of a file."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        checks = Checks(text, path, names)
        return float(sum(checks.points(name) for name in checks.all))


def test_cases(text, path, test_case):
    """The checks as test cases of Otter, by name. A share of the points is none there."""
    names, made = {}, {}
    for name, check in Checks(text, path, names).all.items():
        made[name] = test_case(name=name, points=check.points, hidden=True)(_case(text, path, name))
    return made


def _case(text, path, name):
    def case(env):
        checks = _of(text, path, env)
        earned = checks.points(name)
        assert earned == checks.all[name].points, f"{earned:g} points"

    return case


_known = {}


def _of(text, path, names):
    """One set of checks a file, so that what checks share is made once."""
    if _known.get(path, (None, None))[1] is not names:
        _known[path] = Checks(text, path, names), names
    return _known[path][0]
