"""What jupyterquiz would silently drop is found, with the file, the question and the remedy."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import CourseError
from autograder.quiz import problems, read_quiz

Case = dict[str, Any]

CHOICE: Case = {
    "question": "Which axis of the keys is summed away by a dot product?",
    "type": "multiple_choice",
    "answers": [
        {
            "answer": "the features",
            "correct": True,
            "feedback": "Correct. A score is one number for each key.",
        },
        {
            "answer": "the time steps",
            "correct": False,
            "feedback": "Not quite. Each time step keeps its own score.",
        },
        {
            "answer": "the batch",
            "correct": False,
            "feedback": "Not quite. Each review keeps its own scores.",
        },
    ],
}
NUMERIC: Case = {
    "question": "What is 2 · 3?",
    "type": "numeric",
    "precision": 3,
    "answers": [
        {
            "type": "value",
            "value": 6,
            "correct": True,
            "feedback": "Correct. Two threes are six.",
        },
        {
            "type": "range",
            "range": [4, 6],
            "correct": False,
            "feedback": "Not quite. You added the numbers instead.",
        },
        {"type": "default", "feedback": "Not quite. Take three and once more three."},
    ],
}
STRING: Case = {
    "question": "What is the id 0 for?",
    "type": "string",
    "answers": [
        {
            "answer": "padding",
            "correct": True,
            "feedback": "Correct. It fills up reviews that are short.",
        },
        {
            "answer": "start",
            "correct": False,
            "feedback": "Not quite. The start of a review has the id 1.",
        },
        {"type": "default", "feedback": "Not quite. Look at the end of a short review."},
    ],
}


def changed(question: Case, *place: str | int, to: Any) -> list[Case]:
    """A quiz of this question with one place changed; None takes the place out."""
    question = copy.deepcopy(question)
    inner: Any = question
    for step in place[:-1]:
        inner = inner[step]
    if to is None:
        del inner[place[-1]]
    else:
        inner[place[-1]] = to
    return [question]


def with_answers(question: Case, *more: Case, first: bool = False) -> list[Case]:
    answers = [*more, *question["answers"]] if first else [*question["answers"], *more]
    return changed(question, "answers", to=answers)


def wrong(**what: Any) -> Case:
    return {"correct": False, "feedback": "Not quite. This is another mistake to explain.", **what}


def right(**what: Any) -> Case:
    return {"correct": True, "feedback": "Correct. This is right for another reason.", **what}


def text_of(question: Case, text: str) -> list[Case]:
    return changed(question, "question", to=text)


def typo(quiz: list[Case], old: str, new: str) -> list[Case]:
    """A quiz with a misspelt key in its question or in its first answer."""
    inner = quiz[0] if old in quiz[0] else quiz[0]["answers"][0]
    inner[new] = inner.pop(old)
    return quiz


FIRST = ("answers", 0)
# What is broken: a quiz, what the message says is wrong, and the remedy.
BROKEN: dict[str, tuple[list[Case], str, str]] = {
    "unknown type": (
        changed(CHOICE, "type", to="multiple-choice"),
        "'multiple-choice' is not known and would be dropped",
        "write multiple_choice, many_choice",
    ),
    "no type": (changed(CHOICE, "type", to=None), "it has no 'type'", "add"),
    "no text": (changed(CHOICE, "question", to=None), "it has no 'question'", "add"),
    "empty text": (text_of(CHOICE, " "), "'question': it is empty", "write a text"),
    "text that is a number": (
        changed(CHOICE, "question", to=7),
        "7 is no string",
        "write one",
    ),
    "no answers": (changed(CHOICE, "answers", to=None), "it has no 'answers'", "add"),
    "misspelt answers": (
        typo(changed(CHOICE, "answer_cols", to=1), "answers", "anwsers"),
        "'anwsers' is ignored",
        "did you mean 'answers'?",
    ),
    "misspelt feedback": (
        typo(changed(STRING, "input_width", to=9), "feedback", "feedbak"),
        "'feedbak' is ignored",
        "did you mean 'feedback'?",
    ),
    "one answer": (
        changed(CHOICE, "answers", to=CHOICE["answers"][:1]),
        "too few answers, 1",
        "at least 2",
    ),
    "too many answers": (
        with_answers(CHOICE, *(wrong(answer=f"axis {n}") for n in range(4))),
        "too many answers, 7",
        "at most 6",
    ),
    "correct in quotes": (
        changed(CHOICE, *FIRST, "correct", to="false"),
        "'correct': \"false\" is no boolean",
        "without quotes",
    ),
    "correct as a number": (changed(CHOICE, *FIRST, "correct", to=1), "1 is no", "true or false"),
    "no correct": (changed(CHOICE, *FIRST, "correct", to=None), "it has no 'correct'", "add"),
    "no feedback": (changed(CHOICE, *FIRST, "feedback", to=None), "it has no 'feedback'", "add"),
    "button without a text": (
        changed(CHOICE, *FIRST, "answer", to=None),
        "its button is empty",
        "add one",
    ),
    "dollar": (text_of(CHOICE, "What is $e_t$?"), "'$' starts a formula", "Unicode"),
    "dollar in feedback": (
        changed(CHOICE, *FIRST, "feedback", to="Correct. It costs 5 $ or so, does it."),
        "feedback 1: '$'",
        "Unicode",
    ),
    "raw <": (text_of(CHOICE, "Is 0 <t?"), "a raw '<' starts a tag", "'&lt;'"),
    "raw < in code": (changed(CHOICE, "code", to="if a <b: c"), "its code: a raw '<'", "'&lt;'"),
    "entity": (text_of(CHOICE, "Is a &not b?"), "'&' starts an HTML entity", "'&amp;'"),
    "backslash": (text_of(CHOICE, r"What is \(e\)?"), "a backslash", "Unicode"),
    "backticks": (text_of(CHOICE, "What is `e`?"), "Markdown is shown as it stands", "'code'"),
    "line break": (text_of(CHOICE, "What\nis e?"), "a line break", "one paragraph"),
    "index and call": (
        text_of(CHOICE, "What is x[i](j)?"),
        "'[i](j)' becomes a link",
        "write the index as",
    ),
    "link": (
        changed(CHOICE, *FIRST, "answer", to="[Keras](https://keras.io/a_(b))"),
        "counts as an answer",
        "put it below",
    ),
    "praise for a mistake": (
        changed(CHOICE, "answers", 1, "feedback", to="Correct. Each step keeps its score."),
        "the wrong answer 2",
        "must begin with 'Not quite'",
    ),
    "blame for what is right": (
        changed(CHOICE, *FIRST, "feedback", to="Not quite. A score is one number."),
        "the right answer 1",
        "must begin with 'Correct'",
    ),
    "feedback without an opening": (
        changed(CHOICE, "answers", 1, "feedback", to="Try again. Think of the keys."),
        "the wrong answer 2",
        "must begin with 'Not quite'",
    ),
    "feedback without a reason": (
        changed(CHOICE, *FIRST, "feedback", to="Correct!"),
        "feedback of answer 1 does not say why",
        "add a sentence",
    ),
    "one feedback for two mistakes": (
        changed(CHOICE, "answers", 2, "feedback", to=CHOICE["answers"][1]["feedback"]),
        "answers 2 and 3 have the same feedback",
        "say of each",
    ),
    "two right in multiple_choice": (
        with_answers(CHOICE, right(answer="the third")),
        "exactly one right answer, not 2",
        "use many_choice",
    ),
    "none right in multiple_choice": (
        changed(CHOICE, "answers", to=CHOICE["answers"][1:]),
        "exactly one right answer, not 0",
        "mark the right one",
    ),
    "one right in many_choice": (
        changed(CHOICE, "type", to="many_choice"),
        "only one answer is right",
        "multiple_choice",
    ),
    "none right in many_choice": (
        changed(CHOICE | {"type": "many_choice"}, "answers", to=CHOICE["answers"][1:]),
        "no answer is right",
        "mark the right ones",
    ),
    "all right in many_choice": (
        changed(
            CHOICE | {"type": "many_choice"},
            "answers",
            to=[CHOICE["answers"][0], right(answer="the last")],
        ),
        "every answer is right",
        "add a typical mistake",
    ),
    "answer twice": (
        with_answers(CHOICE, wrong(answer="The  Batch")),
        "'the batch' is there twice",
        "remove one",
    ),
    "answer about a place": (
        with_answers(CHOICE, wrong(answer="None of the above")),
        "answers are shuffled",
        "reword it",
    ),
    "precision in multiple_choice": (
        changed(CHOICE, "precision", to=3),
        "'precision' is ignored",
        "remove it",
    ),
    "no right number": (
        changed(NUMERIC, "answers", to=NUMERIC["answers"][1:]),
        "no value or range is right",
        "mark the right one",
    ),
    "no default": (
        changed(NUMERIC, "answers", to=NUMERIC["answers"][:-1]),
        "one answer of type default for everything else, not 0",
        "it needs",
    ),
    "number in quotes": (
        changed(NUMERIC, *FIRST, "value", to="6"),
        "'value': \"6\" is no number",
        "write one",
    ),
    "misspelt value": (
        typo(changed(NUMERIC, "precision", to=2), "value", "valeu"),
        "'valeu' is ignored",
        "did you mean 'value'?",
    ),
    "value called a range": (
        changed(NUMERIC, *FIRST, "type", to="range"),
        "'range' is not known",
        "write value",
    ),
    "default that is right": (
        changed(NUMERIC, "answers", 2, "correct", to=True),
        "'correct' is ignored",
        "remove it",
    ),
    "precision of nothing": (changed(NUMERIC, "precision", to=0), "'precision': 0", "change it"),
    "range of one number": (
        changed(NUMERIC, "answers", 1, "range", to=[4]),
        "the range [4] needs two numbers",
        "write [from, to]",
    ),
    "range turned round": (
        changed(NUMERIC, "answers", 1, "range", to=[6, 4]),
        "no number lies in the range [6, 4]",
        "widen it",
    ),
    "range between two roundings": (
        changed(NUMERIC, "answers", 1, "range", to=[3.1411, 3.1419]),
        "no number lies in the range",
        "widen it",
    ),
    "ranges that overlap": (
        with_answers(NUMERIC, wrong(type="range", range=[5, 5.5])),
        "[4, 6] and [5, 5.5] overlap",
        "separate them",
    ),
    "value after its range": (
        with_answers(NUMERIC, wrong(type="value", value=5)),
        "5 is never reached after [4, 6]",
        "put it first",
    ),
    "value twice after rounding": (
        with_answers(NUMERIC, wrong(type="value", value=6.001)),
        "6 and 6.001 are the same, rounded to 3 digits",
        "remove one",
    ),
    "more digits than count": (
        changed(NUMERIC, *FIRST, "value", to=6.125),
        "6.125 is rounded to 6.12",
        "raise precision",
    ),
    "zero is right": (
        changed(NUMERIC, *FIRST, "value", to=0),
        "an empty field counts as 0",
        "ask for a number that is not 0",
    ),
    "no right string": (
        changed(STRING, "answers", to=STRING["answers"][1:]),
        "no answer is right",
        "mark the right one",
    ),
    "string without a match": (
        changed(STRING, *FIRST, "answer", to=None),
        "it has no 'answer'",
        "add what is missing",
    ),
    "string with a space": (
        changed(STRING, *FIRST, "answer", to="padding "),
        "a space at an end and never matches",
        "cut it",
    ),
    "string twice": (
        with_answers(STRING, wrong(answer="Padding")),
        "'Padding' is never reached after 'padding'",
        "remove it",
    ),
    "fuzzy string that swallows another": (
        with_answers(STRING, right(answer="stars", fuzzy_threshold=0.8), first=True),
        "'start' is never reached after 'stars'",
        "raise fuzzy_threshold",
    ),
    "fuzzy threshold that is ignored": (
        changed(STRING, *FIRST, "fuzzy_threshold", to=0),
        "'fuzzy_threshold': 0",
        "change it",
    ),
    "two defaults": (
        with_answers(STRING, {"type": "default", "feedback": "Not quite. It is something else."}),
        "everything else, not 2",
        "it needs",
    ),
    "question twice": ([CHOICE, NUMERIC, CHOICE], "the same as question 1", "remove or reword one"),
}


@pytest.mark.parametrize("quiz", [[CHOICE], [NUMERIC], [STRING], [CHOICE, NUMERIC, STRING]])
def test_good_quiz_has_no_problems(quiz: list[Case], tmp_path: Path) -> None:
    assert problems(written(tmp_path, quiz)) == []


@pytest.mark.parametrize(("quiz", "fact", "remedy"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_quiz_is_found_with_file_question_and_remedy(
    quiz: list[Case], fact: str, remedy: str, tmp_path: Path
) -> None:
    path = written(tmp_path, quiz)
    found = [problem for problem in problems(path) if fact in problem]
    assert len(found) == 1, problems(path)
    assert remedy in found[0]
    asked = quiz[-1].get("question")
    beginning = repr(asked[:20])[:-1] if isinstance(asked, str) else ""
    assert found[0].startswith(f"{path}, question {len(quiz)} ({beginning}")
    with pytest.raises(CourseError, match=re.escape(fact)):
        read_quiz(path)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ('[{"question": "Why?", "type": "numeric",}]', "line 1, column 41"),
        ('[{"question": "Why?", "type": "numeric",}]', "in question 1 ('Why?')"),
        ("", "mend the JSON at its beginning"),
        ('[{"question": "Why?", "question": "How?"}]', "'question' twice"),
        ('[{"value": NaN}]', "NaN is no number"),
        ("[]", "too few questions, 0; give at least 1"),
        ('{"question": "Why?"}', "is no array; write one"),
        ("[7]", "question 1 ('7'): 7 is no object"),
        (b"\xff\xfe", "write it as JSON in UTF-8"),
    ],
)
def test_file_that_is_no_quiz_is_found(text: str | bytes, fact: str, tmp_path: Path) -> None:
    path = tmp_path / "quiz.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (found,) = problems(path)
    assert str(path) in found
    assert fact in found


def test_missing_file_is_a_course_error(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot be read"):
        read_quiz(tmp_path / "no.json")


def test_special_value_may_stand_before_the_range_around_it(tmp_path: Path) -> None:
    quiz = with_answers(NUMERIC, wrong(type="value", value=5), first=True)
    assert problems(written(tmp_path, quiz)) == []


def written(folder: Path, quiz: list[Case]) -> Path:
    path = folder / "quiz.json"
    path.write_text(json.dumps(quiz, ensure_ascii=False), encoding="utf-8")
    return path
