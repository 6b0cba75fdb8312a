"""Trusted side. A task that is learned in a moment: short generated reviews, a small model.

Measured over 4 seeds with these figures: with attention or a maximum over the states the unseen
reviews are told apart with an accuracy of 0.96 or more; with the mean of the states 0.76 or less,
with the last states 0.76, with an untrained LSTM 0.80, without gradients 0.51. Two layers of LSTM
got stuck at 0.70 with one seed of four, so a model that fails may start again. More training
separates them less: with half as many steps again the mean of the states reaches 0.98, too.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks import Probes
from autograder.checks.accuracy import accuracy_of
from autograder.course.module import load_module

WORDS, UNSEEN = 39, 1_000
STEPS, BATCH, RATE = 120, 64, 0.01
ENOUGH, TRIES = 0.9, 3
_REVIEWS = Path(__file__).parents[3] / "source" / "reviews.py"


@cache
def short_reviews() -> tuple[NDArray[Any], NDArray[np.float32], NDArray[Any], NDArray[Any]]:
    """Ids (4000, 40), labels (4000, 1) to learn from; unseen ids (1000, 40), labels (1000,)."""
    reviews = load_module(_REVIEWS)
    texts, labels = reviews.write_reviews(4_000, seed=11, max_words=WORDS)
    ids, word_index = reviews.as_ids(texts, WORDS + 1)
    unseen_texts, unseen_labels = reviews.write_reviews(UNSEEN, seed=12, max_words=WORDS)
    unseen, _ = reviews.as_ids(unseen_texts, WORDS + 1, word_index)
    return ids, labels[:, None].astype(np.float32), unseen, unseen_labels


def sizes() -> dict[str, Any]:
    """Arguments of build_model for a small model of these reviews."""
    words = int(short_reviews()[0].max()) + 1
    return {
        "vocab_size": words,
        "max_len": WORDS + 1,
        "embed_dim": 16,
        "hidden": 16,
        "units": 16,
        "dropout": 0.0,
    }


def accuracy_after_learning(build_model: Callable[..., Any], probe: Probes) -> float:
    """How well a model of build_model tells unseen reviews apart after some steps of training.

    The best of some tries, each from a start of its own; one that is good enough is the last.
    """
    ids, labels, unseen, unseen_labels = short_reviews()
    model, best = build_model(**sizes()), 0.0
    for seed in range(1, TRIES + 1):
        if seed > 1:
            another = build_model(**sizes())
            probe.set_weights(model, probe.weights_of(another)["values"])
        fitted = probe.short_fit(
            model, ids, labels, unseen, steps=STEPS, batch_size=BATCH, learning_rate=RATE, seed=seed
        )
        best = max(best, accuracy_of(fitted["predictions"], unseen_labels))
        if best >= ENOUGH:
            break
    return best
