"""Trusted side. Reads quizzes and finds what jupyterquiz would silently drop or show wrongly.

jupyterquiz pastes a file into the page without reading it: a mistake in it shows nothing, drops a
question or reverses an answer, without a message. In a source notebook a cell shows questions with

    %run -m autograder.quiz ../../quizzes/NAME.json 1-3

(or 2, or all without a number). In the release that cell contains the questions themselves.
"""

import base64
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.quiz.form import misfits
from autograder.quiz.rules import faults

Questions = list[dict[str, Any]]

_WIDTH = 92

_CELL = """\
# A quiz for yourself: it is not graded, and no answer is stored. Run this cell to see it.
def _show_quiz(packed):
    import base64
    import json
    import random

    from IPython.display import Javascript, display

    try:
        from jupyterquiz import display_quiz
    except ImportError:
        print("The quiz needs the package jupyterquiz. "
              "Run `%pip install jupyterquiz` in a cell of your own, then this cell again.")
        return
    questions = json.loads(base64.b64decode(packed))
    # JupyterLab's MathJax has no `typeset`: jupyterquiz would load another one from the internet.
    display(Javascript("if (window.MathJax) MathJax.typeset ??= () => {};"))
    state = random.getstate()
    random.seed()  # jupyterquiz draws the names of its elements; after a fixed seed two would agree
    try:
        # Two of its colours are too pale for its white text, or on a white page (WCAG AA).
        display_quiz(questions, colors={"--jq-many-choice-bg": "#b34700",
                                        "--jq-correct-color": "#007a10"})
    finally:
        random.setstate(state)


_show_quiz(  # packed, so that nobody reads the answers before the questions
{packed}
)
"""


def read_quiz(path: Path) -> Questions:
    """The questions of a file without problems.

    Raises:
        CourseError: naming every problem, if there is one.
    """
    found = problems(path)
    if found:
        raise CourseError("\n".join(found))
    questions: Questions = _parse(path)
    return questions


def problems(path: Path) -> list[str]:
    """What jupyterquiz would drop or show wrongly: file, question, remedy; empty is a pass."""
    try:
        questions = _parse(path)
    except CourseError as error:
        return [str(error)]
    found: list[str] = []
    broken: set[int] = set()
    for place, misfit in misfits(questions):
        broken |= {n for n in place[:1] if isinstance(n, int)}
        found.append(f"{_where(path, questions, place)}: {misfit}")
    if not isinstance(questions, list):
        return found
    for number, question in enumerate(questions):
        if number not in broken:
            found += [f"{_where(path, questions, [number])}: {fault}" for fault in faults(question)]
    found += _repeated(path, questions)
    return list(dict.fromkeys(found))


def select(questions: Questions, numbers: str | None) -> Questions:
    """Questions '2' or '1-3' of a file, counted from 1; all without numbers.

    Raises:
        CourseError: if there are no such questions.
    """
    if numbers is None:
        return questions
    match = re.fullmatch(r"(\d+)(?:-(\d+))?", numbers)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1 <= first <= last <= len(questions):
        raise CourseError(
            f"there are no questions {numbers!r}; write one number or two as in 1-3, "
            f"from 1 to {len(questions)}"
        )
    return questions[first - 1 : last]


def cell_source(questions: Questions) -> str:
    """Python that shows these questions in a notebook, without files and without a network.

    The questions travel as Base64, which no quote, backslash or tag in them can break.
    """
    text = json.dumps(questions, ensure_ascii=False, separators=(",", ":"))
    packed = base64.b64encode(text.encode()).decode("ascii")
    lines = [packed[i : i + _WIDTH] for i in range(0, len(packed), _WIDTH)]
    return _CELL.replace("{packed}", "\n".join(f'    "{line}"' for line in lines))


def _parse(path: Path) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        for key in keys:
            if keys.count(key) > 1:
                raise CourseError(
                    f"{path}: an object has {key!r} twice ({str(dict(pairs))[:60]}…), and only "
                    "the last one counts; remove one"
                )
        return dict(pairs)

    def number(name: str) -> Any:
        raise CourseError(f"{path}: {name} is no number that can be an answer; write digits")

    try:
        text = path.read_text(encoding="utf-8")
        return json.loads(text, object_pairs_hook=unique, parse_constant=number)
    except json.JSONDecodeError as error:
        raise CourseError(
            f"{path}, line {error.lineno}, column {error.colno}: {error.msg}; "
            f"not one question would be shown, so mend the JSON {_last_question(text, error.pos)}"
        ) from None
    except (OSError, UnicodeDecodeError, RecursionError) as error:
        raise CourseError(f"{path} cannot be read: {error}; write it as JSON in UTF-8") from None


def _last_question(text: str, position: int) -> str:
    """Where in the file a syntax error is, in the author's own words."""
    begun = re.findall(r'"question"\s*:\s*"([^"\n]*)', text[:position])
    return f"in question {len(begun)} ({_beginning(begun[-1])})" if begun else "at its beginning"


def _where(path: Path, questions: Any, place: Sequence[str | int]) -> str:
    """File, question and answer of a place such as [2, 'answers', 0, 'correct']."""
    if not place or not isinstance(place[0], int):
        return str(path)
    question = questions[place[0]]
    text = question.get("question") if isinstance(question, dict) else question
    where = f"{path}, question {place[0] + 1} ({_beginning(str(text))})"
    if len(place) > 2 and isinstance(place[2], int):
        where += f", answer {place[2] + 1}"
    return where


def _beginning(text: str, length: int = 40) -> str:
    return repr(text if len(text) <= length else text[:length].rstrip() + "…")


def _repeated(path: Path, questions: list[Any]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for number, question in enumerate(questions):
        text = question.get("question") if isinstance(question, dict) else None
        if not isinstance(text, str):
            continue
        plain = f"{' '.join(text.lower().split())} {question.get('code', '')}"
        if plain in seen:
            where = _where(path, questions, [number])
            yield f"{where}: the same as question {seen[plain] + 1}; remove or reword one"
        seen.setdefault(plain, number)


def show(arguments: Sequence[str]) -> None:
    """Show the questions as a release would: FILE, and perhaps their numbers."""
    path, numbers = Path(arguments[0]), arguments[1] if len(arguments) > 1 else None
    exec(cell_source(select(read_quiz(path), numbers)), {})  # noqa: S102 - a text that we wrote
