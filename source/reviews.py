"""Film reviews for the notebooks: a corpus made here from a seed, or IMDB as Keras has it.

Both come in the encoding of Keras' IMDB data. This file needs NumPy only, and Keras to download
IMDB; a machine that cannot download is given a folder that has it.

The corpus made here has one property on purpose: one sentence says what the reviewer thinks of the
film, it stands anywhere, and the same words also describe other things ("The soup was dreadful.").
A model has to find that sentence, and to keep what it says until the end.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

POSITIVE = 1
IMDB_WORDS, IMDB_STEPS = 10_000, 200

PRAISE = """wonderful moving funny clever brilliant charming gripping touching superb delightful
fresh honest splendid tender witty""".split()
BLAME = """dreadful boring dull clumsy shallow tedious silly lifeless awful dreary
stale dishonest wooden cold witless""".split()
FILM = "the film|this film|the movie|this movie|the picture|the whole thing".split("|")
VERDICTS = (
    "{film} was {opinion}",
    "{film} is {opinion}",
    "I found {film} {opinion}",
    "for me {film} was {opinion}",
    "to my mind {film} is {opinion}",
    "in the end {film} was {opinion}",
)
# What stands before the adjective, and whether it turns the meaning round.
DEGREES = (("", False), ("really ", False), ("quite ", False), ("not ", True), ("never ", True))

# The other sentences: about other things, in the same words.
THINGS = """the soup|the coffee|the weather|the bus|my neighbour|the book|the hotel|the popcorn|
our seat|the trailer|the song on the radio|the poster|the queue|the man at the door|my new phone|
the second house|the walk home|the dinner|his letter|her last job""".replace("\n", "").split("|")
PEOPLE = """my brother|my sister|an old friend|our teacher|the usher|a woman in the front row|
my uncle|the boy next to me|the critic of our paper|a colleague""".replace("\n", "").split("|")
PLACES = """in a small town|on a train|at the station|near the river|in winter|by the sea|
in the third row|behind the church|under a bridge|in the kitchen""".replace("\n", "").split("|")
ASIDES = (
    "{thing} was {opinion}",
    "{thing} was {opinion} that day",
    "{person} said that {thing} was {opinion}",
    "{person} came with us",
    "{person} did not want to pay",
    "we met {person} {place}",
    "we did not sit {place}",
    "the story begins {place}",
    "much of it takes place {place}",
    "the camera follows two sisters {place}",
    "it runs for two hours",
    "it is not a long film",
    "I have not read the book",
    "the music is by {person}",
    "it rained on the way home",
)


@dataclass(frozen=True)
class Corpus:
    """Reviews to train on and to validate with.

    Ids are (B, max_len) int32, padded behind, cut at the end, all below `num_words`; labels are
    (B,) float32, 1 = positive. `word_index` maps a word to its rank.
    """

    name: str
    train_ids: np.ndarray
    train_labels: np.ndarray
    validation_ids: np.ndarray
    validation_labels: np.ndarray
    word_index: Mapping[str, int]
    num_words: int
    max_len: int


def load_reviews(
    name: str = "generated", folder: str | Path | None = None, keep: str = "first"
) -> Corpus:
    """The corpus "generated", made here in a second, or "imdb": 25,000 reviews (Maas et al. 2011).

    IMDB is downloaded by Keras once. A tenth of its training reviews is held back for validation;
    its test reviews are left alone. `folder` has IMDB's train.npz and word_index.json, as
    `autograder data` keeps them. Of a review of more than 200 ids `keep` says which 200 are left,
    the "first" or the "last"; the reviews made here are shorter.
    """
    if keep not in ("first", "last"):
        raise ValueError(f'keep is "first" or "last", not {keep!r}')
    if name == "generated":
        return _generated()
    if name == "imdb":
        return _imdb(folder, keep)
    raise ValueError(f'there are reviews "generated" and "imdb", but no {name!r}')


def find_words(text: str) -> list[str]:
    """The words of a text: runs of letters, digits and apostrophes, in lower case."""
    return re.findall(r"[a-z0-9']+", text.lower())


def write_reviews(count: int, seed: int, max_words: int = 99) -> tuple[list[str], np.ndarray]:
    """Texts of made-up reviews and their labels (count,) int64, the same for the same seed.

    A review has a fifth of `max_words` to `max_words` words.
    """
    rng = np.random.default_rng(seed)
    labels = rng.integers(2, size=count)
    return [_write_review(rng, int(label), max_words) for label in labels], labels


def as_ids(
    texts: Sequence[str], max_len: int, word_index: Mapping[str, int] | None = None
) -> tuple[np.ndarray, Mapping[str, int]]:
    """Reviews of known words as ids (B, max_len) int32, and the word index.

    All words of all texts are looked up at once. Without a word index, one is made from the texts:
    rank 1 for the most frequent word, equal counts in the order of the alphabet.
    """
    words = [find_words(text)[: max_len - 1] for text in texts]
    known, which, counts = np.unique(
        [word for review in words for word in review], return_inverse=True, return_counts=True
    )
    if word_index is None:
        word_index = {
            str(known[i]): rank for rank, i in enumerate(np.argsort(-counts, kind="stable"), 1)
        }
    ranks = np.array([word_index[word] for word in known])[which]
    return _padded(ranks, [len(review) for review in words], max_len), word_index


def _padded(ranks: np.ndarray, lengths: Sequence[int], max_len: int) -> np.ndarray:
    """One row a review from the ranks of all their words (sum of lengths,)."""
    ids = np.zeros((len(lengths), max_len), dtype="int32")
    ids[:, 0] = 1  # Keras' start of a review; ranks move up by 3, since 0 to 3 are taken
    steps = np.arange(1, max_len)
    ids[:, 1:][steps <= np.array(lengths)[:, None]] = ranks + 3
    return ids


def _generated() -> Corpus:
    max_len = 100
    texts, labels = write_reviews(4_000, seed=1, max_words=max_len - 1)
    more_texts, more_labels = write_reviews(1_000, seed=2, max_words=max_len - 1)
    train_ids, word_index = as_ids(texts, max_len)
    validation_ids, _ = as_ids(more_texts, max_len, word_index)
    return Corpus(
        name="generated",
        train_ids=train_ids,
        train_labels=labels.astype("float32"),
        validation_ids=validation_ids,
        validation_labels=more_labels.astype("float32"),
        word_index=word_index,
        num_words=len(word_index) + 4,
        max_len=max_len,
    )


def cut(reviews: Sequence[Sequence[int]], keep: str = "first") -> np.ndarray:
    """Lists of ids as (B, 200) int32: their first or last 200 ids, padded behind."""
    ids = np.zeros((len(reviews), IMDB_STEPS), dtype="int32")
    for row, review in zip(ids, reviews, strict=True):
        kept = review[:IMDB_STEPS] if keep == "first" else review[-IMDB_STEPS:]
        row[: len(kept)] = kept
    return ids


def _imdb(folder: str | Path | None, keep: str) -> Corpus:
    if folder is not None:
        stored = np.load(Path(folder, "train.npz"))
        if f"{keep}_ids" not in stored:
            raise ValueError(f"{folder} was made by an older version; import IMDB again")
        ids, labels = stored[f"{keep}_ids"], stored["labels"]
        word_index = json.loads(Path(folder, "word_index.json").read_text())
    else:
        import keras

        (reviews, labels), _ = keras.datasets.imdb.load_data(num_words=IMDB_WORDS)
        ids = cut(reviews, keep)
        word_index = keras.datasets.imdb.get_word_index()
    order = np.random.default_rng(0).permutation(len(ids))
    held_back, rest = order[: len(ids) // 10], order[len(ids) // 10 :]
    return Corpus(
        name="imdb",
        train_ids=ids[rest].astype("int32"),
        train_labels=labels[rest].astype("float32"),
        validation_ids=ids[held_back].astype("int32"),
        validation_labels=labels[held_back].astype("float32"),
        word_index=word_index,
        num_words=IMDB_WORDS,
        max_len=IMDB_STEPS,
    )


def _write_review(rng: np.random.Generator, label: int, max_words: int) -> str:
    degree, turns = DEGREES[rng.integers(len(DEGREES))]
    opinion = degree + _one_of(rng, PRAISE if (label == POSITIVE) != turns else BLAME)
    sentences = [_one_of(rng, VERDICTS).format(film=_one_of(rng, FILM), opinion=opinion)]
    words = len(find_words(sentences[0]))
    wanted = rng.integers(max_words // 5, max_words + 1)
    while words < wanted:
        sentences.append(_write_aside(rng))
        words += len(find_words(sentences[-1]))
    if words > max_words:
        sentences.pop()
    rng.shuffle(sentences)
    return " ".join(text[0].upper() + text[1:] + "." for text in sentences)


def _write_aside(rng: np.random.Generator) -> str:
    degree, _ = DEGREES[rng.integers(len(DEGREES))]
    return _one_of(rng, ASIDES).format(
        thing=_one_of(rng, THINGS),
        person=_one_of(rng, PEOPLE),
        place=_one_of(rng, PLACES),
        opinion=degree + _one_of(rng, PRAISE + BLAME),
    )


def _one_of(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]
