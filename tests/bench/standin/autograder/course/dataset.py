"""Stands for the engine's module in a rival's kernel. Labels are there in plain sight."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """As the kit's: accuracies between which points rise."""

    lower: float
    full: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """As the kit's: hidden examples, and between which accuracies points rise."""

    name: str
    inputs: Any
    labels: Any
    thresholds: Thresholds
