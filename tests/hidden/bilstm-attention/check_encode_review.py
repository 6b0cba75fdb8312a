"""Trusted side. Judges `encode_review` by the ids that come back.

Each check looks at one rule and keeps the others out of the way, so that one mistake costs once:
reviews fit their length unless cutting is judged, and lengths are judged without comparing ids.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autograder.checks import (
    CheckFailed,
    Student,
    expect,
    expect_array,
    expect_unchanged,
    points,
)

Ids = NDArray[np.integer] | NDArray[np.float64]
WORDS = "the a was film not it's 10 good boring plot of and in this actor o'clock 2nd tea".split()
INDEX = {word: rank for rank, word in enumerate(WORDS, start=1)}
PLENTY = 1_000


def encode(text: str, index: Mapping[str, int], max_len: int, num_words: int) -> Ids:
    ids = [1]
    for word in re.findall(r"[a-z0-9']+", text.lower()):
        rank = index.get(word)
        ids.append(2 if rank is None or rank + 3 >= num_words else rank + 3)
    ids = ids[:max_len]
    return np.array(ids + [0] * (max_len - len(ids)))


def ask(
    student: Student,
    text: str,
    index: Mapping[str, int] = INDEX,
    max_len: int = 20,
    num_words: int = PLENTY,
) -> Ids:
    result = student.encode_review(text, index, max_len=max_len, num_words=num_words)
    return expect_array(result, shape=(max_len,))


def expect_ids(actual: Ids, expected: Ids, hint: str) -> None:
    off = int(np.sum(actual != expected))
    if off:
        raise CheckFailed(f"{off} of {len(expected)} ids {'is' if off == 1 else 'are'} off. {hint}")


def draw(rng: np.random.Generator, words: Sequence[str] = WORDS, count: int = 9) -> str:
    return " ".join(words[i] for i in rng.integers(len(words), size=count))


@points(1.5)
def check_known_words_become_rank_plus_three(student: Student, rng: np.random.Generator) -> None:
    """A known word becomes its rank + 3, behind the start id 1."""
    for _ in range(3):
        text = draw(rng)
        expect_ids(
            ask(student, text)[:10],
            encode(text, INDEX, 20, PLENTY)[:10],
            "Which id comes first in every review, and by how much does every rank move up?",
        )


@points(1)
def check_unknown_words_become_two(student: Student) -> None:
    """A word that is not in the index becomes 2 and keeps its place."""
    for text in ("the zebra was good", "zebra", "not zebra zebra good of", "start pad unk the"):
        expect_ids(
            ask(student, text)[1:6],
            encode(text, INDEX, 20, PLENTY)[1:6],
            "Some words are not in the index. Which id stands for them, and is none left out?",
        )
    text = "good the film"
    expect_ids(
        ask(student, text, index={})[1:4],
        encode(text, {}, 20, PLENTY)[1:4],
        "The index may be empty. Which id do all words get then?",
    )


@points(1.5)
def check_every_id_is_below_num_words(student: Student) -> None:
    """A word whose id would be num_words or more becomes 2, and no other does."""
    text = " ".join(WORDS[1:])  # the first words are cut off for the index of the ranks
    for num_words in (9, 10, 15, len(WORDS) + 3, len(WORDS) + 4):
        expect_ids(
            ask(student, text, num_words=num_words)[1 : len(WORDS)],
            encode(text, INDEX, 20, num_words)[1 : len(WORDS)],
            "Is it the rank or the id that must be below num_words, and is num_words allowed?",
        )
    default = student.encode_review("rare common", {"rare": 9_997, "common": 9_996}, max_len=3)
    expect_ids(
        expect_array(default, shape=(3,))[1:],
        np.array([2, 9_999]),
        "Without num_words, ids should be below 10,000.",
    )


@points(1)
def check_text_is_split_into_words(student: Student) -> None:
    """Words are runs of letters, digits and apostrophes, in lower case."""
    texts = (
        "The film... WAS not, good!",
        "it's 10/10\tgood\nthe 2nd plot",
        "good-boring (plot) <br /><br />tea_tea",
        "  a 10  O'CLOCK tea;tea ",
        "caf\u00e9 the na\u00efve film",
    )
    for text in texts:
        expect_ids(
            ask(student, text)[1:10],
            encode(text, INDEX, 20, PLENTY)[1:10],
            "Which characters belong to a word, what separates words, and what does lower() do?",
        )


@points(1.5)
def check_short_reviews_are_padded_at_the_end(student: Student, rng: np.random.Generator) -> None:
    """A short review is filled up with 0 at the end, whatever its length."""
    for text, max_len in (("", 4), ("the", 5), (draw(rng), 10), (draw(rng), 30)):
        ids = ask(student, text, max_len=max_len)
        real = encode(text, INDEX, max_len, PLENTY) != 0
        expect(
            bool(np.array_equal(ids != 0, real)),
            "Zeros should stand behind the review and nowhere else, with as many ids as words "
            "and one for the start. On which side are yours, and does an empty text have a start?",
        )
    expect_array(student.encode_review("the film", INDEX), shape=(200,))


@points(1)
def check_long_reviews_are_cut_at_the_end(student: Student, rng: np.random.Generator) -> None:
    """A long review keeps its beginning, the start included."""
    text = draw(rng, count=12)
    whole = ask(student, text, max_len=20)
    for max_len in (13, 12, 7, 2, 1):
        expect_ids(
            ask(student, text, max_len=max_len),
            whole[:max_len],
            "A shorter max_len should keep the first ids of the longer result. Which end of a "
            "long review is cut, and does the start count towards max_len?",
        )


@points(0.5)
def check_ids_are_whole_numbers_and_the_index_is_left_alone(student: Student) -> None:
    """Ids are integers, and the word index is the same after the call."""
    inputs = {"text": "the zebra was good", "word_index": INDEX, "max_len": 8, "num_words": PLENTY}
    result, after = student.encode_review.with_arguments(*inputs.values())
    if type(result) is not np.ndarray:
        expect_array(result, shape=(8,))
        result = np.asarray(result)
    expect(result.dtype.kind in "iu", "Ids should be integers. Which type does your array have?")
    expect_unchanged(after, **inputs)
