"""Trusted side. Starts, feeds and ends the processes in which student code runs."""

from autograder.sandbox.box import Box
from autograder.sandbox.ending import BoxEnded, Ending
from autograder.sandbox.forkserver import ForkServer
from autograder.sandbox.recorder import RecordedBox, Recorder
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.selftest import self_test

__all__ = [
    "Box",
    "BoxEnded",
    "Ending",
    "ForkServer",
    "RecordedBox",
    "Recorder",
    "Sandbox",
    "self_test",
]
