"""Trusted side. The `student` of hidden checks: sends arrays in, brings data or a failure out.

What is not data, such as a layer, stays inside. A StudentObject stands for it on this side: its
methods can be called, it can be an argument, and `student.probe` asks general questions about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.failure import StudentFailure
from autograder.checks.probes import PROBES, fits
from autograder.checks.saved import why_not_loaded
from autograder.checks.session import Session
from autograder.result import Outcome
from autograder.wire import Handle


class StudentObject:
    """An object inside one box. It ends with its box: using it afterwards is a StudentFailure."""

    def __init__(self, origin: "_Origin", handle: Handle) -> None:
        self._origin, self._handle = origin, handle

    @property
    def type_name(self) -> str:
        """What the box says of its type; nothing to rely on."""
        return self._handle.type_name

    def __getattr__(self, name: str) -> "StudentFunction":
        if name.startswith("_"):
            raise AttributeError(name)
        return StudentFunction(self._origin.session, name, owner=self)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """What calling the object gives."""
        return StudentFunction(self._origin.session, "__call__", owner=self)(*arguments, **keywords)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """Which function made an object, and in which of the session's boxes."""

    session: Session
    life: int
    name: str


class StudentFunction:
    """A function of the student's, called from outside. float64 arrays are sent as float32."""

    def __init__(self, session: Session, name: str, owner: StudentObject | None = None) -> None:
        self._session, self._name, self._owner = session, name, owner

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """What the function returns, as data or a StudentObject."""
        return self._call(arguments, keywords, return_arguments=False)[0]

    def with_arguments(self, *arguments: Any, **keywords: Any) -> tuple[Any, Any]:
        """The value, and the positional arguments as they are after the call."""
        return self._call(arguments, keywords, return_arguments=True)

    def _call(
        self, arguments: Sequence[Any], keywords: dict[str, Any], *, return_arguments: bool
    ) -> tuple[Any, Any]:
        session, owner = self._session, self._owner
        label = self._name if owner is None else owner._origin.name
        request = {
            "op": "call",
            "name": self._name,
            "owner": None if owner is None else _outgoing(session, owner),
            "arguments": _outgoing(session, tuple(arguments)),
            "keywords": _outgoing(session, keywords),
            "keep": True,
            "return_arguments": return_arguments,
        }
        answer = session.ask(label, request)
        value, after = (
            _incoming(session, label, answer.get(key)) for key in ("value", "arguments")
        )
        if return_arguments and (type(after) is not tuple or len(after) != len(arguments)):
            # A check unpacks them: what the submission sends must not make it our fault.
            raise StudentFailure(Outcome.CRASHED, f"{label} did not give its arguments back")
        return value, after


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentFile:
    """A file that was handed in; nobody opens it on this side."""

    name: str
    content: bytes


class Probes:
    """`student.probe.forward(layer, x, mask=mask)`: see autograder/inside/probes.py.

    `cpu_s`, in seconds, replaces the usual limit where honest work takes longer.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        if name not in PROBES:
            raise AttributeError(f"there is no probe {name!r}")

        def probe(target: Any, *arguments: Any, cpu_s: float | None = None, **keywords: Any) -> Any:
            label = _name_of(target)
            asked = (target, *arguments)
            try:
                return _probe(self._session, label, name, asked, keywords, cpu_s=cpu_s)
            except StudentFailure as failure:
                if type(target) is not StudentFile:
                    raise
                raise why_not_loaded(target.name, target.content, failure) from None

        return probe


def _name_of(target: Any) -> str:
    if type(target) is StudentFile:
        return target.name
    if type(target) is StudentObject:
        return target._origin.name
    raise StudentFailure(Outcome.FAILED, "Data came back instead of a layer or model.")


def _probe(
    session: Session,
    label: str,
    name: str,
    arguments: tuple[Any, ...],
    keywords: dict[str, Any],
    *,
    cpu_s: float | None = None,
) -> Any:
    request = {
        "op": "probe",
        "name": name,
        "arguments": _outgoing(session, arguments),
        "keywords": _outgoing(session, keywords),
    }
    value = _incoming(session, label, session.ask(label, request, cpu_s=cpu_s).get("value"))
    if not fits(value, PROBES[name]):
        raise StudentFailure(Outcome.CRASHED, f"{label} gave an answer of the wrong form")
    return value


class Student:
    """`student.f(query, keys)` calls `f` of the submission."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def probe(self) -> Probes:
        """General questions to what the submission returned."""
        return Probes(self._session)

    def file(self, name: str) -> StudentFile:
        """A file that was handed in beside the notebook; a StudentFailure if it was not."""
        return StudentFile(name=name, content=self._session.file(name))

    def with_stand_ins(self, **stand_ins: str) -> "Student":
        """The same submission elsewhere: after the cell with this grade_id neutral text runs."""
        return Student(self._session.with_stand_ins(stand_ins))

    def without_code(self, source: str) -> "Student":
        """A box in which nothing of the submission runs, only `source`, a text of ours."""
        return Student(self._session.without_code(source))

    def rebuilt(self, model: StudentObject, custom_objects: Sequence[str] = ()) -> StudentObject:
        """A Keras model of another box, made here from its description and its parameters.

        Of classes that are not Keras' own it may have those with the names `custom_objects`, as
        they are here. What cannot be rebuilt could not be loaded from a file either.

        Raises:
            StudentFailure: if it is not a model, or contains anything else.
        """
        label = _name_of(model)
        found = Probes(model._origin.session).to_json(model)
        arguments = (found["description"], found["values"], list(custom_objects))
        made = _probe(self._session, label, "from_json", arguments, {})
        if type(made) is not StudentObject:
            raise StudentFailure(Outcome.FAILED, f"{label} returned no Keras model.")
        return made

    def __getattr__(self, name: str) -> StudentFunction:
        if name.startswith("_"):
            raise AttributeError(name)
        return StudentFunction(self._session, name)


def _outgoing(session: Session, value: Any) -> Any:
    """The notebooks promise float32, so that is what a function gets; objects go as numbers."""
    kind = type(value)
    if kind is np.ndarray and value.dtype == np.float64:
        return value.astype(np.float32)
    if kind is StudentFile:
        return np.frombuffer(value.content, np.uint8)
    if kind is list or kind is tuple:
        return kind(_outgoing(session, item) for item in value)
    if kind is dict:
        return {key: _outgoing(session, item) for key, item in value.items()}
    if kind is StudentObject:
        origin = value._origin
        if origin.session is not session or origin.life != session.lives.current:
            raise StudentFailure(Outcome.CRASHED, f"{origin.name}: its process has ended")
        return value._handle
    return value


def _incoming(session: Session, label: str, value: Any) -> Any:
    kind = type(value)
    if kind is Handle:
        return StudentObject(_Origin(session=session, life=session.lives.number, name=label), value)
    if kind is list or kind is tuple:
        return kind(_incoming(session, label, item) for item in value)
    if kind is dict:
        return {key: _incoming(session, label, item) for key, item in value.items()}
    return value
