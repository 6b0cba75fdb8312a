"""Trusted side. Judges `causal_mask` by what comes back; student code runs behind the proxy."""

from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import Phase, given, settings
from numpy.typing import NDArray

from autograder.checks import Student, expect, expect_array, expect_close, points
from autograder.course.module import load_module

domain = load_module(Path(__file__).with_name("domain.py"))
drawn = settings(
    derandomize=True,
    deadline=None,
    max_examples=10,
    database=None,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
)


def ask(student: Student, steps: int) -> NDArray[np.float64]:
    return expect_array(student.causal_mask(steps), shape=(steps, steps))


def looking_back(steps: int) -> NDArray[np.bool_]:
    return np.arange(steps)[:, np.newaxis] >= np.arange(steps)


def expect_right(mask: NDArray[np.float64]) -> None:
    steps = len(mask)
    expect_close(
        mask,
        looking_back(steps),
        hint=f"steps was {steps}. Row s says where position s may look: at itself and at what "
        "stands before it. Which triangle is that, and does the diagonal belong to it?",
    )


@points(2)
def check_each_position_sees_itself_and_what_was_before(student: Student) -> None:
    """Row s is True at the columns 0 to s, and False behind them."""

    @drawn
    @given(domain.steps())
    def any_steps(steps: int) -> None:
        expect_right(ask(student, steps))

    for steps in (2, 3, 4, 7):
        expect_right(ask(student, steps))
    any_steps()


@points(1)
def check_mask_is_truly_boolean(student: Student) -> None:
    """The mask is made of booleans, not of numbers 0 and 1."""
    for steps in (3, 5):
        mask: Any = student.causal_mask(steps)
        expect_array(mask, shape=(steps, steps))
        kind = np.asarray(mask).dtype
        expect(
            kind == np.bool_,
            f"Expected True and False, but saw {kind.name}. With numbers `~mask` gives -1 and -2, "
            "and `a[mask]` takes rows by their number. What makes True and False out of numbers?",
        )


@points(0.5)
def check_one_step_and_many(student: Student) -> None:
    """One position sees itself; 1 to 200 positions are seen in as many rows."""
    expect(
        bool(ask(student, 1).all()),
        "With one step that position may not look anywhere. Does a position see itself?",
    )
    for steps in (domain.STEPS, 300):
        mask = ask(student, steps)
        expect_close(
            mask.sum(axis=1),
            np.arange(1, steps + 1),
            hint=f"steps was {steps}. Row s should have s + 1 times True. Is a size fixed in your "
            "code?",
        )
        expect(
            bool((np.diff(mask, axis=1) <= 0).all()),
            "In a row, True comes again behind a False. May a position skip another one?",
        )


@points(0.5)
def check_call_leaves_no_trace(student: Student) -> None:
    """A call does not colour the next one, whatever was asked before."""
    firsts = {steps: ask(student, steps) for steps in (5, 3, 8)}
    expect(
        all(0 < mask.sum() < mask.size for mask in firsts.values()),
        "All entries of a mask are the same. Which positions may be seen, and which not?",
    )
    for steps in (3, 8, 5, 5):
        expect_close(
            ask(student, steps),
            firsts[steps],
            hint="The same number of steps was asked for twice, and the answers differ. "
            "What does your function remember from one call to the next?",
        )
