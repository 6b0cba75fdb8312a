"""Trusted side. What hidden checks are written with, and how they are run."""

from autograder.checks.expect import CheckFailed, Graded, expect, expect_array, expect_close, points

__all__ = ["CheckFailed", "Graded", "expect", "expect_array", "expect_close", "points"]
