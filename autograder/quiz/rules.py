"""Trusted side. What jupyterquiz would show wrongly, or never, in a question of the right form.

Each rule takes one question and yields what is wrong with it, with the remedy. jupyterquiz puts
texts into the page as HTML after it has replaced `$` and `[…](…)`; it takes the first answer that
matches; it rounds to `precision` significant digits; and it shuffles choices.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

Question = Mapping[str, Any]
Answer = Mapping[str, Any]

_MARKUP = [  # what the page makes of it, and the remedy
    (r"\$", "'$' starts a formula; write the symbols in Unicode"),
    (r"<", "a raw '<' starts a tag, and what follows is lost; write '&lt;' or say it in words"),
    (r"&(?!(?:lt|gt|amp|quot|nbsp);)[A-Za-z#]", "'&' starts an HTML entity; write '&amp;'"),
    (r"\\", "a backslash may start a formula; use Unicode, and 'code' for program text"),
    (r"`|\*\*", "Markdown is shown as it stands; use plain words, and 'code' for program text"),
    (r"\n", "a line break is shown as a space; use one paragraph, and 'code' for program text"),
]
_LINK = re.compile(r"\[(.*?)\]\((.*?)\)")  # the pattern that jupyterquiz replaces
_POSITION = re.compile(r"\b(?:all|none|both|any) of the (?:above|below|others)\b", re.IGNORECASE)
_WORDS_OF_A_REASON = 4


def faults(question: Question) -> Iterator[str]:
    """What is wrong with a question that already fits the schema."""
    for place, text in _texts(question):
        for fault in _markup(text):
            yield f"{place}: {fault}"
    for place, code in _codes(question):
        for fault in _html(code):
            yield f"{place}: {fault}"
    yield from _feedback(question)
    for rule in _RULES[question["type"]]:
        yield from rule(question)


def _texts(question: Question) -> Iterator[tuple[str, str]]:
    yield "its text", question["question"]
    for number, answer in enumerate(question["answers"], start=1):
        for key in ("answer", "feedback"):
            if key in answer:
                yield f"{key} {number}", answer[key]


def _codes(question: Question) -> Iterator[tuple[str, str]]:
    if "code" in question:
        yield "its code", question["code"]
    for number, answer in enumerate(question["answers"], start=1):
        if "code" in answer:
            yield f"the code of answer {number}", answer["code"]


def _markup(text: str) -> Iterator[str]:
    for pattern, remedy in _MARKUP:
        if re.search(pattern, text):
            yield remedy
    link = _LINK.search(text)
    if link and link.group(2).lower().startswith(("http", "www", "mailto")):
        yield f"the link {link.group()!r} counts as an answer when it is clicked; put it below"
    elif link:
        yield f"{link.group()!r} becomes a link; write the index as ₀ or ₜ, or a space before '('"


def _html(code: str) -> Iterator[str]:
    for pattern, remedy in _MARKUP[1:3]:
        if re.search(pattern, code):
            yield remedy


def _feedback(question: Question) -> Iterator[str]:
    seen: dict[tuple[str, bool], int] = {}
    for number, answer in enumerate(question["answers"], start=1):
        right, text = answer.get("correct", False), answer["feedback"]
        opening = "Correct" if right else "Not quite"
        if not re.match(rf"{opening}\b", text):
            kind = "right" if right else "wrong"
            yield f"the feedback of the {kind} answer {number} must begin with {opening!r}"
        elif len(text.removeprefix(opening).split()) < _WORDS_OF_A_REASON:
            yield f"the feedback of answer {number} does not say why; add a sentence that teaches"
        if question["type"] != "string" and (text, right) in seen:  # spellings may share one
            yield (
                f"answers {seen[text, right]} and {number} have the same feedback; "
                "say of each what is right or wrong with it"
            )
        seen.setdefault((text, right), number)


def _choices(question: Question) -> Iterator[str]:
    right = sum(answer["correct"] for answer in question["answers"])
    if question["type"] == "multiple_choice" and right != 1:
        remedy = "use many_choice" if right else "mark the right one"
        yield f"a multiple_choice needs exactly one right answer, not {right}; {remedy}"
    if question["type"] == "many_choice" and right == 0:
        yield "no answer is right, so nobody can solve it; mark the right ones"
    if question["type"] == "many_choice" and right == 1:
        yield "only one answer is right, so its type is multiple_choice"
    if question["type"] == "many_choice" and right == len(question["answers"]):
        yield "every answer is right, so there is nothing to choose; add a typical mistake"
    for one, other in _pairs(question):
        if _plain(one) == _plain(other):
            yield f"the answer {_name(one)} is there twice; remove one"
    for answer in question["answers"]:
        if _POSITION.search(answer.get("answer", "")):
            yield f"the answer {_name(answer)} names a place, but answers are shuffled; reword it"


def _numbers(question: Question) -> Iterator[str]:
    answers, precision = question["answers"], question.get("precision")
    yield from _right_and_default(answers, "value or range")
    for answer in answers:
        low, high = _interval(answer, precision)
        if answer.get("type") == "default":
            continue
        if "range" in answer and _is_empty(low, high, precision):
            yield (
                f"no number lies in the range {answer['range']} (its end is left out, and numbers "
                "are rounded to the precision); widen it"
            )
        if answer.get("value", low) != low:
            yield (
                f"{_name(answer)} is rounded to {low:g}, since precision counts significant "
                "digits; write it with as many, or raise precision"
            )
        if answer["correct"] and (low <= 0 < high or low == high == 0):
            yield (
                f"{_name(answer)} is right, and an empty field counts as 0; "
                "ask for a number that is not 0"
            )
    for one, other in _pairs(question):
        if {one.get("type"), other.get("type")} & {"default"}:
            continue
        yield from _collision(one, other, precision)


def _collision(one: Answer, other: Answer, precision: int | None) -> Iterator[str]:
    """Two answers of which the second is hidden by the first; both may be ranges."""
    (low, high), (below, above) = _interval(one, precision), _interval(other, precision)
    if "range" in one and "range" in other:
        if low < above and below < high:
            yield f"the ranges {one['range']} and {other['range']} overlap; separate them"
    elif "range" in one:
        if low <= below < high:
            yield f"the value {_name(other)} is never reached after {one['range']}; put it first"
    elif "value" in other and low == below:
        rounded = f", rounded to {precision} digits" if precision else ""
        yield f"the values {_name(one)} and {_name(other)} are the same{rounded}; remove one"


def _strings(question: Question) -> Iterator[str]:
    yield from _right_and_default(question["answers"], "answer")
    for answer in question["answers"]:
        if "answer" in answer and answer["answer"] != answer["answer"].strip():
            yield f"the answer {_name(answer)} has a space at an end and never matches; cut it"
    for one, other in _pairs(question):
        if "answer" in one and "answer" in other and _matches(one, other["answer"]):
            yield (
                f"the answer {_name(other)} is never reached after {_name(one)}; "
                "remove it or raise fuzzy_threshold"
            )


def _right_and_default(answers: list[Answer], what: str) -> Iterator[str]:
    if not any(answer.get("correct") for answer in answers):
        yield f"no {what} is right, so nobody can solve it; mark the right one"
    defaults = sum(answer.get("type") == "default" for answer in answers)
    if defaults != 1:
        yield f"it needs one answer of type default for everything else, not {defaults}"


def _matches(answer: Answer, submission: str) -> bool:
    """Whether jupyterquiz takes `answer` for what was typed."""
    wanted = answer["answer"]
    if not answer.get("match_case"):
        wanted, submission = wanted.lower(), submission.lower()
    threshold: float = answer.get("fuzzy_threshold", 1)
    likeness = 1 - _distance(wanted, submission) / max(len(wanted), len(submission))
    return likeness >= threshold


def _distance(one: str, other: str) -> int:
    """Levenshtein's distance: the fewest letters to insert, delete or replace."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, row = row, [i]
        for j, another in enumerate(other, start=1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != another)))
    return row[-1]


def _interval(answer: Answer, precision: int | None) -> tuple[float, float]:
    """Both ends of a range, or a value twice, rounded as jupyterquiz does."""
    if "range" in answer:
        low, high = answer["range"]
        return low, high
    value = answer.get("value", 0)
    rounded = float(f"{value:.{precision}g}") if precision else value
    return rounded, rounded


def _is_empty(low: float, high: float, precision: int | None) -> bool:
    if low >= high:
        return True
    if not precision or low <= 0 < high:
        return False
    size = f"{low or high:.{precision - 1}e}"
    step = float(f"1e{int(size.partition('e')[2]) - precision + 1}")
    first = float(size) if float(size) >= low else float(size) + step
    return first >= high


def _pairs(question: Question) -> Iterator[tuple[Answer, Answer]]:
    return combinations(question["answers"], 2)


def _plain(answer: Answer) -> str:
    return " ".join(f"{answer.get('answer', '')} {answer.get('code', '')}".lower().split())


def _name(answer: Answer) -> str:
    for key in ("answer", "code", "value", "range"):
        if key in answer:
            return repr(answer[key])
    return "default"


_Rule = Callable[[Question], Iterator[str]]
_RULES: dict[str, list[_Rule]] = {
    "multiple_choice": [_choices],
    "many_choice": [_choices],
    "numeric": [_numbers],
    "string": [_strings],
}
