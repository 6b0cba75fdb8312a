"""Trusted side. The reviews of the task `accuracy`: what models are trained on and judged on.

Everybody knows what is generated for training, and how; the hidden reviews come from a
seed that is the course's secret. IMDB's test reviews with their labels are public: docs/security.md
says what follows.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any
from zipfile import BadZipFile

import numpy as np

from autograder.course.dataset import Files
from autograder.course.module import load_module
from autograder.errors import DataError

Part = tuple[Sequence[Sequence[int]], Any]  # reviews as ids, and their labels (N,)

MADE = ("generated",)
FETCHED = ("imdb",)
PREDICT = """
np.save("predictions.npy", demo_model.predict(np.load("inputs.npy"), batch_size=250, verbose=0))
"""

HIDDEN_COUNT = 2_000
SAMPLE_SEED = 20_261_124  # no secret: which of IMDB's public reviews are the hidden ones
_COURSE = Path(__file__).parents[3]


def make(name: str, seed: int) -> Files:
    """Generated reviews, those that follow from the seed."""
    reviews = _reviews()
    corpus = reviews.load_reviews(name)
    texts, labels = reviews.write_reviews(HIDDEN_COUNT, seed, corpus.max_len - 1)
    ids, _ = reviews.as_ids(texts, corpus.max_len, corpus.word_index)
    return {"hidden": {"inputs": ids.astype("int32"), "labels": labels.astype("uint8")}}


def download(_name: str) -> Files:
    """IMDB as Keras downloads it."""
    from keras.datasets import imdb  # noqa: PLC0415 - seconds, and only where it is asked for

    try:
        train, test = imdb.load_data(num_words=_reviews().IMDB_WORDS)
        return _imdb(train, test, imdb.get_word_index())
    except Exception as error:  # noqa: BLE001 - whatever a network can do
        raise DataError(
            f"IMDB cannot be downloaded here ({error}); copy ~/.keras/datasets from a machine that "
            "can, and run 'autograder data import FOLDER'"
        ) from None


def read(folder: Path) -> tuple[str, Files]:
    """IMDB from `imdb.npz` and `imdb_word_index.json`, as Keras keeps them in ~/.keras/datasets."""
    paths = folder / "imdb.npz", folder / "imdb_word_index.json"
    for path in paths:
        if not path.is_file():
            raise DataError(
                f"{path} does not exist; the folder needs imdb.npz and imdb_word_index.json, "
                "which Keras puts into ~/.keras/datasets on a machine that can download"
            )
    try:
        word_index = json.loads(paths[1].read_text())
        # Keras' own file holds lists as Python objects. It is the instructor's, and read once.
        with np.load(paths[0], allow_pickle=True) as arrays:
            parts = [(arrays[f"x_{part}"], arrays[f"y_{part}"]) for part in ("train", "test")]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise DataError(f"{paths[0]} is not Keras' IMDB file: {error}") from None
    if len(parts[1][0]) < HIDDEN_COUNT:
        raise DataError(
            f"{paths[0]} has {len(parts[1][0])} test reviews; at least {HIDDEN_COUNT} are needed, "
            "since fewer say too little about a model"
        )
    train, test = (([_encoded(ranks) for ranks in reviews], labels) for reviews, labels in parts)
    return "imdb", _imdb(train, test, word_index)


def _encoded(ranks: Iterable[int]) -> list[int]:
    """Ids of a review in Keras' convention, from the ranks of its words."""
    most = _reviews().IMDB_WORDS
    return [1, *(rank + 3 if rank + 3 < most else 2 for rank in ranks)]


def _imdb(train: Part, test: Part, word_index: Mapping[str, int]) -> Files:
    """All training reviews, and the hidden ones: a fixed sample of the test reviews."""
    chosen = np.random.default_rng(SAMPLE_SEED).choice(len(test[0]), HIDDEN_COUNT, replace=False)
    hidden = [test[0][i] for i in chosen]
    return {
        "hidden": {
            "inputs": _reviews().cut(hidden),
            "labels": np.asarray(test[1])[chosen].astype("uint8"),
        },
        "train": {
            "first_ids": _reviews().cut(train[0], "first"),
            "last_ids": _reviews().cut(train[0], "last"),
            "labels": np.asarray(train[1]).astype("uint8"),
        },
        "word_index.json": json.dumps(word_index),
    }


def _reviews() -> ModuleType:
    """The course's own module beside the notebooks."""
    return load_module(_COURSE / "source" / "reviews.py")
