"""Inside, before student code. The steps that a tier of isolation is made of, by their names."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.inside import cage


class CannotNest(Exception):  # noqa: N818
    """No further namespaces can be made inside bubblewrap's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the host says once, for all boxes: an ordinary user's number, texts, the filter."""

    uid: int
    proc: dict[str, str]
    seccomp: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the host says for one box: its limits, its request socket and its output pipe."""

    limits: dict[str, int]
    request: int
    output: int


def _drop_root(given: Given) -> None:
    if given.uid > 0 and os.geteuid() == 0:
        cage.drop_root(given.uid)


def _try_nesting(_: Given) -> None:
    if not cage.can_nest():
        raise CannotNest


OF_SERVER: dict[str, Callable[[Given], None]] = {
    "stand_in_for_proc": lambda given: cage.stand_in_for_proc(given.proc),
    "drop_root": _drop_root,
    "try_nesting": _try_nesting,
    "enter_namespaces": lambda _: cage.enter_namespaces(),
}
OF_BOX: dict[str, Callable[[Given, Order], None]] = {
    "new_session": lambda _, __: os.setsid(),  # else kill(0, …) would reach the whole pool
    "connect": lambda _, order: cage.connect(order.request, order.output),
    "mount_its_own": lambda given, order: cage.mount_its_own(order.limits, given.proc),
    "empty_tmp": lambda _, __: cage.empty_tmp(),
    "set_limits": lambda _, order: cage.set_limits(order.limits),
    "give_up_privileges": lambda given, _: cage.give_up_privileges(given.seccomp),
}


def prepare(names: Sequence[str], given: Given) -> None:
    """Take the steps of a fork-server or a supervisor.

    Raises:
        KeyError: for a step that does not exist; nothing may then be served.
        CannotNest: if namespaces of its own are needed and cannot be made.
    """
    for name in names:
        OF_SERVER[name](given)


def shut_in(names: Sequence[str], given: Given, order: Order) -> None:
    """Take the steps of a box; whatever they raise, no student code may run then."""
    for name in names:
        OF_BOX[name](given, order)
