"""Stands for the engine's `student` in a rival's kernel: calls go straight to the notebook."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from autograder.checks.failure import StudentFailure
from autograder.config import TENSORFLOW
from autograder.inside.values import Tensors, to_data
from autograder.result import Outcome

_TENSORS = Tensors(modules=TENSORFLOW.modules, symbolic=TENSORFLOW.symbolic)


class StudentObject:
    """An object that is no data."""

    def __init__(self, student: "Student", value: Any) -> None:
        self._student, self._value = student, value

    @property
    def type_name(self) -> str:
        return type(self._value).__name__

    def __getattr__(self, name: str) -> "StudentFunction":
        if name.startswith("_"):
            raise AttributeError(name)
        return StudentFunction(self._student, getattr(self._value, name))

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return StudentFunction(self._student, self._value)(*arguments, **keywords)


class StudentFunction:
    """float64 arrays are passed as float32 and every array as a copy, as the kit's proxy does."""

    def __init__(self, student: "Student", function: Callable[..., Any]) -> None:
        self._student, self._function = student, function

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self.with_arguments(*arguments, **keywords)[0]

    def with_arguments(self, *arguments: Any, **keywords: Any) -> tuple[Any, Any]:
        arguments, keywords = _outgoing(arguments), _outgoing(keywords)
        try:
            value = self._function(*arguments, **keywords)
        except Exception as error:  # noqa: BLE001 - whatever a student's code raises
            why = f"{type(error).__name__}: {error}"
            raise StudentFailure(Outcome.RAISED, why) from None
        return self._student.data_of(value), self._student.data_of(arguments)


class Probes:
    """The kit's own probes, called directly."""

    def __init__(self, student: "Student") -> None:
        self._student = student

    def __getattr__(self, name: str) -> Callable[..., Any]:
        probe = _probe(name, self._student.names)

        def run(target: Any, *arguments: Any, **keywords: Any) -> Any:
            keywords.pop("cpu_s", None)  # the kit's limit; nothing limits a call here
            if type(target) not in (StudentObject, np.ndarray):
                why = "Data came back instead of a layer or model."
                raise StudentFailure(Outcome.FAILED, why)
            return StudentFunction(self._student, probe)(target, *arguments, **keywords)

        return run


class Student:
    """`student.f(query, keys)` calls `f` of the notebook, whose names are `names`."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.probe = Probes(self)

    def data_of(self, value: Any) -> Any:
        """As the kit brings it out; an object is here itself."""
        return to_data(value, _TENSORS, self._keep)

    def _keep(self, value: Any) -> Any:
        """Instead of the handle that the kit sends."""
        return StudentObject(self, value)

    def file(self, name: str) -> Any:
        try:
            return np.frombuffer(Path(name).read_bytes(), np.uint8)
        except OSError:
            raise StudentFailure(Outcome.MISSING, f"there is no file {name}") from None

    def with_stand_ins(self, **texts: str) -> "Student":
        """The same functions with other texts behind them; the kit runs the cells anew instead."""
        names = dict(self.names)
        for text in texts.values():
            exec(text, names)
        for name, value in names.items():
            if isinstance(value, FunctionType) and value.__globals__ is self.names:
                names[name] = _with_names(value, names)
        return Student(names)

    def without_code(self, source: str) -> "Student":
        """Names of `source` alone; the kit has a box of its own for them."""
        names: dict[str, Any] = {"__name__": "apart"}
        exec(source, names)
        return Student(names)

    def rebuilt(self, model: Any, custom_objects: Sequence[str] = ()) -> Any:
        """As the kit's: made here from its description and its parameters."""
        found = self.probe.to_json(model)
        make = StudentFunction(self, _probe("from_json", self.names))
        return make(found["description"], found["values"], list(custom_objects))

    def __getattr__(self, name: str) -> StudentFunction:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self.names:
            raise StudentFailure(Outcome.MISSING, f"{name} is not there")
        return StudentFunction(self, self.names[name])


def _probe(name: str, names: dict[str, Any]) -> Callable[..., Any]:
    """A probe of the kit for objects of this notebook."""
    # Only where a probe is asked for need Keras be there.
    from autograder.inside.probes import PROBES  # noqa: PLC0415

    return partial(PROBES[name], names)


def _with_names(function: FunctionType, names: dict[str, Any]) -> FunctionType:
    parts = function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    copy = FunctionType(*parts)
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _outgoing(value: Any) -> Any:
    kind = type(value)
    if kind is np.ndarray:
        return value.astype(np.float32 if value.dtype == np.float64 else value.dtype)
    if kind in (list, tuple):
        return kind(_outgoing(item) for item in value)
    if kind is dict:
        return {key: _outgoing(item) for key, item in value.items()}
    return value._value if kind is StudentObject else value  # noqa: SLF001 - this module's own
