"""The course's questions: nothing in them is silently dropped, and their numbers are right."""

import math
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from autograder.quiz import problems, read_quiz
from tests.conftest import ASSIGNMENTS, ROOT

FILES = sorted((ROOT / "quizzes").glob("*.json"))
TOPICS = {  # topic: which questions of which quizzes
    "RNNs and gradients": {"why-attention": range(3, 8)},
    "tokens and padding": {"why-attention": range(1, 3), "bilstm-attention": range(1, 4)},
    "scores": {"alignment-scores": range(1, 7)},
    "softmax and context": {"softmax-attention": range(1, 8)},
    "the model": {"bilstm-attention": range(4, 8)},
    "self-attention": {"self-attention": range(1, 8)},
    "interpretation": {"why-attention": range(8, 9), "bilstm-attention": range(8, 10)},
}
COUNTS = [5, 5, 6, 7, 4, 7, 3]


def dot(a: Iterable[float], b: Iterable[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def additive(*x: float) -> list[float]:
    q, k, v = x[0:2], x[2:4], x[4:6]
    added, multiplied = [q[0] + k[0], q[1] + k[1]], [q[0] * k[0], q[1] * k[1]]
    units = [math.tanh(a) for a in added]
    each = [math.tanh(a) + math.tanh(b) for a, b in zip(q, k, strict=True)]
    return [
        dot(v, units),
        dot(v, added),
        dot(v, each),
        sum(units),
        math.tanh(dot(v, added)),
        dot(v, [math.tanh(m) for m in multiplied]),
        sum(multiplied),
    ]


def context(*x: float) -> list[float]:
    w, v = x[:3], x[3:]
    c = dot(w, v)
    heaviest = v[w.index(max(w))]
    return [c, c / 3, c / 2, sum(v) / 3, sum(v), dot([a * a for a in w], v), heaviest]


def dot_mistakes(*x: float) -> list[float]:
    q, k = x[:3], x[3:]
    products = [a * b for a, b in zip(q, k, strict=True)]
    e = sum(products)
    return [e, abs(e), sum(map(abs, products)), max(products), sum(q) * sum(k), e / 3]


# Beginning of a question: from the numbers in its text to its values, in the order of the file.
# The first is the key, the others are mistakes that its feedback explains.
KEYS: dict[str, Callable[..., list[float]]] = {
    "In Keras' IMDB data": lambda _, rank: [rank + 3, rank, rank + 2, rank + 4, rank - 3],
    "A SimpleRNN with": lambda u, t, d: [
        d * u + u * u + u,
        t * (d * u + u * u + u),
        d * u + u * u,
        d * u + u,
        d * u,
    ],
    "On its way back": lambda f, one, n: [one * f**n, f * n, f ** (n - 1), f ** (n + 1), f],
    "The query is": dot_mistakes,
    "An additive score": additive,
    "Four real words": lambda *e: [
        math.exp(e[0]) / sum(map(math.exp, e)),
        e[0],
        math.exp(e[0]),
        sum(map(math.exp, e)),
    ],
    "Two words of a review": lambda a, b, *_: [
        math.exp(a - b),
        a / b,
        a - b,
        math.exp(a),
        math.exp(b - a),
    ],
    "Three positions have": lambda a, b, pad: [a / (a + b), a / (a + b + pad), a / (a + b + 1), a],
    "A review has the weights": context,
    "A query and a key have": lambda d, e: [e / d**0.5, e, e / d, e * d**0.5],
    "A text has": lambda n: [n * (n + 1) / 2, n * (n - 1) / 2, n * n, n, n * n / 2],
    "The words of a review have": lambda d, k, v, t: [
        d * (k + k + v),
        3 * d * k,
        d * (k + v),
        t * d * (k + k + v),
    ],
    "num_words is": lambda n, rank: [rank + 3 if rank + 3 < n else 2, rank + 3, rank, 0, 3, 1],
    "One feature of the states": lambda a, b, zero: [
        (a + b) / 2,
        (a + b + 2 * zero) / 4,
        a + b,
        max(a, b),
    ],
    "A bidirectional LSTM reads": lambda d, u: [
        2 * 4 * u * (d + u + 1),
        4 * u * (d + u + 1),
        2 * u * (d + u + 1),
        2 * 4 * u * (d + u),
        2 * 4 * u * (d + 1),
        u * (d + u + 1),
    ],
}


def numbers_in(text: str) -> list[float]:
    found = re.findall(r"(?<![\w.])[-−]?\d+(?:,\d{3})*(?:\.\d+)?", text)
    return [float(n.replace("−", "-").replace(",", "")) for n in found]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_quiz_of_the_course_has_no_problems(path: Path) -> None:
    assert problems(path) == []


def test_every_assignment_has_a_quiz_and_every_topic_its_questions() -> None:
    assert [path.stem for path in FILES] == ASSIGNMENTS
    assert [sum(map(len, quizzes.values())) for quizzes in TOPICS.values()] == COUNTS
    for path in FILES:
        numbers = [n for quizzes in TOPICS.values() for n in quizzes.get(path.stem, ())]
        assert sorted(numbers) == list(range(1, len(read_quiz(path)) + 1)), path.stem


def test_numeric_answers_are_what_the_numbers_in_the_question_give() -> None:
    questions = [q for path in FILES for q in read_quiz(path) if q["type"] == "numeric"]
    computed = set()
    for question in questions:
        (beginning,) = (b for b in KEYS if question["question"].startswith(b))
        computed.add(beginning)
        values = [answer["value"] for answer in question["answers"][:-1]]
        due = KEYS[beginning](*numbers_in(question["question"]))
        digits = question.get("precision", 15)
        assert [float(f"{v:.{digits}g}") for v in due] == values, question["question"]
        assert [a.get("correct", False) for a in question["answers"]] == [True] + [False] * len(due)
    assert computed == KEYS.keys()


def test_right_answer_is_not_known_by_its_length() -> None:
    choices = [q for path in FILES for q in read_quiz(path) if q["type"] == "multiple_choice"]
    longest = [max(q["answers"], key=lambda a: len(a["answer"]))["correct"] for q in choices]
    assert sum(longest) <= len(longest) / 3
