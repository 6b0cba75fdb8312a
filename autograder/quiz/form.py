"""Trusted side. Says in words where a quiz does not fit `schema.json`, and the remedy."""

import json
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

_SCHEMA = json.loads(Path(__file__).with_name("schema.json").read_text(encoding="utf-8"))


def misfits(questions: Any) -> Iterator[tuple[list[str | int], str]]:
    """Each place that does not fit, such as [2, 'answers', 0], with the fact and the remedy."""
    for misfit in Draft202012Validator(_SCHEMA).iter_errors(questions):
        say = _WORDS.get(misfit.validator, _otherwise)
        yield list(misfit.absolute_path), say(misfit)


def _otherwise(error: ValidationError) -> str:
    return f"{_key(error)}{error.message}; change it to what jupyterquiz can show"


def _key(error: ValidationError) -> str:
    names = [part for part in error.absolute_path if isinstance(part, str)]
    return f"{names[-1]!r}: " if names else ""


def _missing(error: ValidationError) -> str:
    names = [name for name in error.validator_value if name not in error.instance]
    return f"it has no {' and no '.join(map(repr, names))}; add what is missing"


def _unknown(error: ValidationError) -> str:
    known = list(error.schema["properties"])
    said = []
    for name in error.instance:
        if name not in known:
            close = get_close_matches(name, [k for k in known if k not in error.instance], n=1)
            remedy = f"did you mean {close[0]!r}?" if close else "remove it"
            said.append(f"the key {name!r} is ignored here; {remedy}")
    return "; ".join(said)


def _wrong_type(error: ValidationError) -> str:
    value, wanted = json.dumps(error.instance, ensure_ascii=False)[:60], error.validator_value
    remedy = "write true or false without quotes" if wanted == "boolean" else "write one"
    return f"{_key(error)}{value} is no {wanted}; {remedy}"


def _not_one_of(error: ValidationError) -> str:
    known = error.validator_value if error.validator == "enum" else [error.validator_value]
    names = ", ".join(map(str, known))
    return f"{_key(error)}{error.instance!r} is not known and would be dropped; write {names}"


def _count(error: ValidationError) -> str:
    few, limit = error.validator == "minItems", error.validator_value
    what = "answers" if "answers" in error.absolute_path else "questions"
    if "range" in error.absolute_path:
        return f"the range {error.instance} needs two numbers; write [from, to]"
    amount, remedy = ("few", f"at least {limit}") if few else ("many", f"at most {limit}")
    return f"it has too {amount} {what}, {len(error.instance)}; give {remedy}"


_WORDS: dict[Any, Callable[[ValidationError], str]] = {
    "required": _missing,
    "additionalProperties": _unknown,
    "type": _wrong_type,
    "enum": _not_one_of,
    "const": _not_one_of,
    "minItems": _count,
    "maxItems": _count,
    "anyOf": lambda _: "it has neither 'answer' nor 'code', so its button is empty; add one",
    "pattern": lambda error: f"{_key(error)}it is empty; write a text",
}
