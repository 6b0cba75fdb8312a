"""Stands for the engine's `student` in a rival's kernel: calls go straight to the notebook."""

from pathlib import Path
from types import FunctionType

import numpy as np

from autograder.checks.session import StudentFailure
from autograder.inside.values import Tensors, to_data

TENSORS = Tensors(modules=("tensorflow", "keras"), symbolic=("KerasTensor",))


class StudentObject:
    """An object that is no data."""

    def __init__(self, student, value):
        self._student, self._value = student, value

    @property
    def type_name(self):
        return type(self._value).__name__

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return StudentFunction(self._student, getattr(self._value, name))

    def __call__(self, *arguments, **keywords):
        return StudentFunction(self._student, self._value)(*arguments, **keywords)


class StudentFunction:
    """float64 arrays are passed as float32 and every array as a copy, as the kit's proxy does."""

    def __init__(self, student, function):
        self._student, self._function = student, function

    def __call__(self, *arguments, **keywords):
        return self.with_arguments(*arguments, **keywords)[0]

    def with_arguments(self, *arguments, **keywords):
        arguments, keywords = outgoing(arguments), outgoing(keywords)
        try:
            value = self._function(*arguments, **keywords)
        except Exception as error:
            raise StudentFailure(f"{type(error).__name__}: {error}") from None
        after = to_data(arguments, TENSORS, self._student.keep)
        return to_data(value, TENSORS, self._student.keep), after


class Probes:
    """The kit's own probes, called directly."""

    def __init__(self, student):
        self._student = student

    def __getattr__(self, name):
        from autograder.inside.probes import PROBES

        probe, names = PROBES[name], self._student.names

        def run(target, *arguments, cpu_s=None, **keywords):
            if type(target) not in (StudentObject, np.ndarray):
                raise StudentFailure("Data came back instead of a layer or model.")
            asked = StudentFunction(self._student, lambda *a, **k: probe(names, *a, **k))
            return asked(target, *arguments, **keywords)

        return run


class Student:
    """`student.f(query, keys)` calls `f` of the notebook, whose names are `names`."""

    def __init__(self, names):
        self.names = names
        self.probe = Probes(self)

    def keep(self, value):
        return StudentObject(self, value)

    def file(self, name):
        try:
            return np.frombuffer(Path(name).read_bytes(), np.uint8)
        except OSError:
            raise StudentFailure(f"there is no file {name}") from None

    def with_stand_ins(self, **texts):
        """The same functions with other texts behind them; the kit runs the cells anew instead."""
        names = dict(self.names)
        for text in texts.values():
            exec(text, names)
        for name, value in names.items():
            if isinstance(value, FunctionType) and value.__globals__ is self.names:
                names[name] = _with_names(value, names)
        return Student(names)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self.names:
            raise StudentFailure(f"{name} is not there")
        return StudentFunction(self, self.names[name])


def _with_names(function, names):
    parts = function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    copy = FunctionType(*parts)
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def outgoing(value):
    kind = type(value)
    if kind is np.ndarray:
        return value.astype(np.float32 if value.dtype == np.float64 else value.dtype)
    if kind in (list, tuple):
        return kind(outgoing(item) for item in value)
    if kind is dict:
        return {key: outgoing(item) for key, item in value.items()}
    return value._value if kind is StudentObject else value
