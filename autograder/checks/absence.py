"""Trusted side, pure. Says why a solution is not there: not begun, or under another name."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from autograder.course.notebooks import Cell, grade_id_of, is_solution, text_of
from autograder.submission.reading import CodeCell

_TOP = re.compile(r"(?:async[ \t]+def|def|class)[ \t]+(\w+)")
_DEFINED = re.compile(
    r"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Stub:
    """A line that the release has in place of a solution; `owner` is what it is in, or empty."""

    grade_id: str | None
    owner: str
    line: str


def stubs_in(release: Iterable[Cell]) -> frozenset[Stub]:
    """Every line of the release's solution cells that raises, whatever it raises."""
    return frozenset(
        Stub(grade_id_of(cell), owner, line)
        for cell in release
        if is_solution(cell)
        for owner, line in _lines(text_of(cell))
        if line.lstrip().startswith("raise")
    )


def stub_that_ran(error: Any, cells: Sequence[CodeCell], stubs: frozenset[Stub]) -> Stub | None:
    """The stub that an error of the box's comes from, if its line is one, indentation included."""
    number, line = (error.get("cell"), error.get("line")) if type(error) is dict else (0, 0)
    if type(number) is not int or type(line) is not int or not 1 <= number <= len(cells):
        return None
    lines = list(_lines(cells[number - 1].source))
    if not 1 <= line <= len(lines):
        return None
    stub = Stub(cells[number - 1].grade_id, *lines[line - 1])
    return stub if stub in stubs else None


def why_absent(
    name: str, run: Sequence[str], not_run: Sequence[str], others: Set[str] = frozenset()
) -> str:
    """Why nothing that can be called has this name once the cells have run, which are texts.

    `others` are the names of other solutions: none of them is a misspelling of this one.
    """
    found = [known for source in run for known in _names(source)]
    if name in found:
        return (
            f"There is no {name} once all cells have run, though a cell defines it. Was it deleted "
            "or given another value, or is it inside of something else?"
        )
    if only_not_run(name, run, not_run):
        return f"There is no {name}: it is only in a cell that is not run here, such as training."
    plain = {_plain(known): known for known in found if known not in others}
    near = get_close_matches(_plain(name), plain, n=1)
    if near:
        return f"There is no {name}. Did you mean `{plain[near[0]]}`?"
    return f"There is no {name}: no cell defines it."


def only_not_run(name: str, run: Sequence[str], not_run: Sequence[str]) -> bool:
    """Whether the only cells that define a name are some that are not run."""
    return not any(defines(s, name) for s in run) and any(defines(s, name) for s in not_run)


def defines(source: str, name: str) -> bool:
    """Whether a cell has a function, a class or a variable of this name."""
    return name in _names(source)


def _lines(source: str) -> Iterator[tuple[str, str]]:
    """Each line with the function or class of the top level that it is in."""
    owner = ""
    for line in source.splitlines():
        top = _TOP.match(line)
        if top:
            owner = top[1]
        elif line[:1].strip() and line[0] not in "#)]}@":
            owner = ""
        yield owner, line.rstrip()


def _names(source: str) -> list[str]:
    return [function or variable for function, variable in _DEFINED.findall(source)]


def _plain(name: str) -> str:
    return name.replace("_", "").casefold()
