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
from autograder.checks.failure import StudentFailure
from autograder.checks.student import Probes, Student, StudentObject

__all__ = [
    "CheckFailed",
    "Graded",
    "Probes",
    "Student",
    "StudentFailure",
    "StudentObject",
    "differs",
    "expect",
    "expect_array",
    "expect_close",
    "expect_unchanged",
    "points",
]
