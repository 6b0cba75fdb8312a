"""Trusted side. What hidden checks are written with, and how they are run."""

from autograder.checks.expect import (
    CheckFailed,
    Graded,
    differs,
    expect,
    expect_array,
    expect_close,
    expect_unchanged,
    points,
)

__all__ = [
    "CheckFailed",
    "Graded",
    "differs",
    "expect",
    "expect_array",
    "expect_close",
    "expect_unchanged",
    "points",
]
