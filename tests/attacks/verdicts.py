"""Trusted side, pure. What an attack did, told from scores, secrets and what it left."""

import re

from tests.attacks.graders import ClassOutcome
from tests.attacks.trials import ATTACK, HONEST, TASK, WRONG, Marks

FULL = 20.0
_LOOT = re.compile(r"LOOT: ([^\\\n\"]{1,60})")


def check_control(name: str, control: ClassOutcome) -> None:
    """The honest submission has full points and the wrong ones have less, or no table is shown.

    Raises:
        SystemExit: if it is otherwise: then the set-up is broken, not the grader.
    """
    honest = total(control, HONEST)
    wrong = [total(control, student) for student in (ATTACK, WRONG)]
    if honest != FULL or any(score is None or score >= FULL for score in wrong):
        raise SystemExit(
            f"{name} gives an honest submission {honest} of {FULL:g} and wrong ones {wrong}; "
            f"the set-up is broken:\n{control.log[-3000:]}"
        )


def in_words(graded: ClassOutcome, control: ClassOutcome, marks: Marks) -> str:
    """In words, what was measured; "nothing" if the attack changed nothing for anybody."""
    own, others = graded.scores.get(ATTACK), _others(graded, control)
    found = [_gain(graded, control), *(f"reads {what}" for what in marks.found_in(graded.held))]
    if graded.ended:
        found.append("hung until it was ended from outside")
    loot = [text.strip() for text in _LOOT.findall(graded.held) if text.strip()]
    if loot and not marks.found_in(graded.held):
        found.append(f"succeeds: {loot[0]}")
    words = "; ".join(part for part in [*found, *others] if part)
    if words:
        return words
    return "nothing" if own is not None else "nothing (was not graded)"


def _gain(graded: ClassOutcome, control: ClassOutcome) -> str:
    """Points of the attacked task beyond those of the same wrong answer without an attack."""
    own, wrong = graded.scores.get(ATTACK) or {}, control.scores[ATTACK] or {}
    gain = own.get(TASK, 0.0) - wrong.get(TASK, 0.0)
    if gain <= 0:
        return ""
    most = (control.scores[HONEST] or {})[TASK]
    return "**full points**" if own[TASK] >= most else f"{gain:g} of {most:g} points"


def _others(graded: ClassOutcome, control: ClassOutcome) -> list[str]:
    found = []
    for student, who in ((HONEST, "an honest submission"), (WRONG, "a wrong submission")):
        score, usual = total(graded, student), total(control, student)
        if score is None:
            found.append(f"{who} after it is **not graded**")
        elif score != usual:
            found.append(f"{who} after it gets {score:g} instead of {usual:g}")
    return found


def total(graded: ClassOutcome, student: str) -> float | None:
    tasks = graded.scores.get(student)
    return None if tasks is None else sum(tasks.values())
