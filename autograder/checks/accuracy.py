"""Trusted side. Judges probabilities from inside by labels that never leave this side."""

from typing import Any

import numpy as np
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score

from autograder.checks.expect import CheckFailed, Graded, expect, expect_array
from autograder.course.dataset import Dataset


def accuracy_of(probabilities: Any, labels: Any) -> float:
    """Share of examples (B,) whose probability (B,) or (B, 1) is on the right side of 0.5.

    Raises:
        CheckFailed: if what came back is not one probability for each example.
    """
    values = np.asarray(probabilities)
    shape = (len(labels), 1) if values.ndim == 2 else (len(labels),)
    array = expect_array(probabilities, shape=shape).reshape(-1)
    expect(bool(np.isfinite(array).all()), "Some probability is infinite or not a number (NaN).")
    expect(
        bool((array >= 0).all() and (array <= 1).all()),
        "Some result is below 0 or above 1, which no probability is.",
    )
    if np.ptp(array) < 1e-6:
        raise CheckFailed("Every example got the same probability. Was the model trained?")
    return float(accuracy_score(labels == 1, array > 0.5))


def grade_accuracy(probabilities: Any, dataset: Dataset, *, advice: str) -> None:
    """Give points for accuracy, rising linearly between the data set's thresholds.

    Raises:
        Graded: always; its message says the accuracy, its 95% interval (Wilson 1927) and the
            thresholds, and `advice` where points are missing.
        CheckFailed: if what came back is not one probability for each example.
    """
    labels, limits = dataset.labels, dataset.thresholds
    accuracy = accuracy_of(probabilities, labels)
    right = round(accuracy * len(labels))
    interval = binomtest(right, len(labels)).proportion_ci(0.95, method="wilson")
    share = float(np.clip((accuracy - limits.lower) / (limits.full - limits.lower), 0, 1))
    message = (
        f"Accuracy {accuracy:.3f} on {len(labels):,} hidden examples "
        f"(95% interval {interval.low:.3f} to {interval.high:.3f}). "
        f"Points begin at {limits.lower:.3f}; all are reached at {limits.full:.3f}."
    )
    raise Graded(share, message if share == 1 else f"{message} {advice}")
