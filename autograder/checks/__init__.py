"""Trusted side. What hidden checks are written with, and how they are run."""

from autograder.checks.expect import CheckFailed, expect, expect_array, expect_close, points

__all__ = ["CheckFailed", "expect", "expect_array", "expect_close", "points"]
