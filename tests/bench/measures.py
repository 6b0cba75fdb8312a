"""The figures of the benchmark, each made by one function, by name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench import costs, warm
from tests.bench.classes import COURSE, Handed, mixed, never_ends, with_tensorflow
from tests.bench.programs import Kit, Nbgrader, Otter

NAME, MODELS = "alignment-scores", "bilstm-attention"


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How many students; `few` is a rival's class where each submission takes long."""

    students: int = 40
    few: int = 6
    repeats: int = 3
    times: int = 9
    many: int = 160


QUICK = Sizes(students=4, few=2, repeats=1, times=2, many=12)


def _compared(
    name: str, handed: Sequence[Handed], few: Sequence[Handed], repeats: int
) -> dict[str, Any]:
    """One class for the three programs; the kit's fastest and slowest run are kept, too."""
    assignment = COURSE.assignment(name)
    runs = sorted(
        (Kit().grade(assignment, handed) for _ in range(repeats)), key=lambda run: run["wall_s"]
    )
    return {
        "students": len(handed),
        "few": len(few),
        "about": {one.student: one.about for one in handed},
        "kit": runs[len(runs) // 2],
        "kit_walls": [run["wall_s"] for run in runs],
        "nbgrader": Nbgrader().grade(assignment, few),
        "otter": _by_otter(name, few),
    }


def _by_otter(name: str, handed: Sequence[Handed]) -> dict[str, Any] | None:
    """None if Otter cannot be installed; the others are measured even so."""
    try:
        Otter().install()
    except SystemExit:
        return None
    return Otter().grade(COURSE.assignment(name), handed)


def class_of_numpy(sizes: Sizes) -> dict[str, Any]:
    handed = mixed(COURSE.assignment(NAME), sizes.students)
    return _compared(NAME, handed, handed, sizes.repeats)


def class_with_tensorflow(sizes: Sizes) -> dict[str, Any]:
    handed = with_tensorflow(COURSE.assignment(NAME), sizes.students)
    return _compared(NAME, handed, handed[: sizes.few], sizes.repeats)


def class_of_models(sizes: Sizes) -> dict[str, Any]:
    """Rivals get the first ones of the class, so that no program has easier work."""
    assignment = COURSE.assignment(MODELS)
    handed = mixed(assignment, sizes.students, oddities=False)
    return _compared(MODELS, handed, handed[: sizes.few], 1)


def one_endless_loop(sizes: Sizes) -> dict[str, Any]:
    """What a submission that never ends costs, alone; for the kit also as one of a class."""
    assignment = COURSE.assignment(NAME)
    endless = never_ends(assignment)
    return {
        "class": Kit().grade(assignment, [endless, *mixed(assignment, sizes.students)]),
        "kit": Kit().grade(assignment, [endless]),
        "nbgrader": Nbgrader().grade(assignment, [endless]),
        "otter": _by_otter(NAME, [endless]),
    }


def a_class_of_one(_: Sizes) -> dict[str, Any]:
    """Where a cold start weighs most: a single submission, with and without TensorFlow."""
    assignment = COURSE.assignment(NAME)
    found = {}
    for label, handed in (
        ("numpy", mixed(assignment, 1)),
        ("tensorflow", with_tensorflow(assignment, 1)),
    ):
        found[label] = {
            "kit": Kit().grade(assignment, handed),
            "nbgrader": Nbgrader().grade(assignment, handed),
            "otter": _by_otter(NAME, handed),
        }
    return found


def overhead(sizes: Sizes) -> dict[str, Any]:
    return {
        NAME: warm.overhead(NAME, sizes.times),
        MODELS: warm.overhead(MODELS, max(1, sizes.times // 4)),
    }


def first_reply(sizes: Sizes) -> dict[str, Any]:
    return {"ms": warm.first_replies(4 * sizes.times), "server_mib": warm.server_memory()}


def two_workers(sizes: Sizes) -> dict[str, Any]:
    small = max(8, sizes.students)
    return {
        NAME: costs.workers(NAME, (small, max(12, sizes.many))),
        "with TensorFlow": costs.workers(NAME, (8, small + 4), tensorflow=True),
    }


def where_time_goes(sizes: Sizes) -> dict[str, Any]:
    return {
        "imports": costs.cold_start(min(3, sizes.times)),
        "writing": costs.writing(NAME, max(4, sizes.students // 2)),
        "class": warm.class_by_phase(NAME, sizes.students),
    }


MEASURES: dict[str, Callable[[Sizes], dict[str, Any]]] = {
    "class": class_of_numpy,
    "tensorflow": class_with_tensorflow,
    "models": class_of_models,
    "endless": one_endless_loop,
    "one": a_class_of_one,
    "overhead": overhead,
    "fork": first_reply,
    "workers": two_workers,
    "phases": where_time_goes,
}
