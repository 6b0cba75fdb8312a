"""Measures for the lesson `self-attention` how softmax saturates as queries and keys get longer.

Run it in the course folder (a few seconds, NumPy only):

    python solutions/self-attention/measure.py

What is written:

    saturation.csv            a row for each number of features
    source/saturation.py      the same numbers for the notebook, which must stand alone

Queries and keys have independent features with mean 0 and variance 1, and a query looks at ten
keys. `plain` are the bare dot products, `scaled` the same divided by the root of the number of
features. A row of weights is called saturated if one weight is above 0.99. The slope is the largest
derivative of a weight by its own score, weight · (1 - weight); of a thousand rows the median, since
the mean follows the few rows in which two keys are almost tied.
"""

import csv
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
MODULE = HERE.parents[1] / "source" / "saturation.py"
TABLE = HERE / "saturation.csv"

FEATURES = (1, 4, 16, 64, 256, 1024)
QUERIES, KEYS, SEED = 1000, 10, 1
SATURATED = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was measured with one number of features."""

    features: int
    deviation: float
    largest_plain: float
    saturated_plain: float
    slope_plain: float
    largest_scaled: float
    saturated_scaled: float
    slope_scaled: float


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of each row of scores."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return weights


def of_weights(weights: NDArray[np.float64]) -> tuple[float, float, float]:
    """Mean of the largest weight, share of saturated rows, median of the largest slope."""
    largest = weights.max(axis=-1)
    slopes = (weights * (1 - weights)).max(axis=-1)
    return float(largest.mean()), float((largest > SATURATED).mean()), float(np.median(slopes))


def measure(features: int) -> Row:
    """One row, from a seed of its own, so that each can be repeated alone."""
    rng = np.random.default_rng([SEED, features])
    scores = np.empty((QUERIES, KEYS))
    for number in range(QUERIES):
        query, keys = rng.normal(size=features), rng.normal(size=(KEYS, features))
        scores[number] = keys @ query
    plain = of_weights(softmax(scores))
    scaled = of_weights(softmax(scores / np.sqrt(features)))
    return Row(
        features=features,
        deviation=float(f"{scores.std():.3g}"),
        largest_plain=round(plain[0], 3),
        saturated_plain=round(plain[1], 3),
        slope_plain=float(f"{plain[2]:.2g}"),
        largest_scaled=round(scaled[0], 3),
        saturated_scaled=round(scaled[1], 3),
        slope_scaled=float(f"{scaled[2]:.2g}"),
    )


def lines_of(rows: list[Row]) -> list[str]:
    """The module for the notebook."""
    return [
        '"""Measured and written by solutions/self-attention/measure.py: no hand here."""',
        "",
        f"SATURATION_KEYS, SATURATION_QUERIES = {KEYS}, {QUERIES}",
        "",
        "# A row for each number of features.",
        "SATURATION = [",
        *(
            "    {\n" + "".join(f'        "{k}": {v},\n' for k, v in asdict(row).items()) + "    },"
            for row in rows
        ),
        "]",
    ]


def main() -> None:
    """Measure every row and write both files."""
    rows = [measure(features) for features in FEATURES]
    with TABLE.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(asdict(rows[0])), lineterminator="\n")
        writer.writeheader()
        writer.writerows(map(asdict, rows))
    MODULE.write_text("\n".join(lines_of(rows)) + "\n")


if __name__ == "__main__":
    main()
