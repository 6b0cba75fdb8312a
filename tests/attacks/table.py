"""Writes the table of attacks into docs/security.md, between two marks, and nothing else there."""

import datetime
import platform
from collections.abc import Sequence
from pathlib import Path

from autograder.course.storage import write_atomically
from tests.attacks.entries import Attack
from tests.attacks.trials import TASK

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
BEGIN = "<!-- begin: written by `make attacks` -->"
END = "<!-- end: written by `make attacks` -->"


def document(
    found: dict[str, dict[str, str]], attacks: Sequence[Attack], heads: dict[str, str]
) -> str:
    """What stands between the marks."""
    lines = [
        f"| attack | class | {' | '.join(heads.values())} |",
        f"| --- | --- |{' --- |' * len(heads)}",
    ]
    for attack in attacks:
        cells = [_safe(found[attack.name].get(grader, "not tried")) for grader in heads]
        name = attack.name.removeprefix(f"{TASK}__").replace("_", " ")
        lines.append(f"| {name} | {attack.kind} | {' | '.join(cells)} |")
    return f"{_summary(found, heads)}\n\n" + "\n".join(lines) + "\n"


def _summary(found: dict[str, dict[str, str]], heads: dict[str, str]) -> str:
    parts = []
    for grader, name in heads.items():
        outcomes = [
            one[grader] for one in found.values() if one.get(grader, "not tried") != "not tried"
        ]
        through = sum(not outcome.startswith("nothing") for outcome in outcomes)
        parts.append(f"{name}: {through} of {len(outcomes)}")
    return (
        f"Measured on {datetime.date.today():%-d %B %Y}, {platform.system()} "
        f"{platform.release().partition('-')[0]}, Python {platform.python_version()}. "
        f"Attacks that got something through: {'; '.join(parts)}."
    )


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def write(text: str) -> None:
    """Put it between the marks.

    Raises:
        SystemExit: if the document has no such marks.
    """
    whole = DOCUMENT.read_text()
    before, begin, rest = whole.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{DOCUMENT} lacks the lines {BEGIN!r} and {END!r}; put them back")
    write_atomically(DOCUMENT, f"{before}{BEGIN}\n\n{text}\n{END}{after}".encode())
