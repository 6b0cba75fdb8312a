"""Trusted side. What is tried: attacks of the bank beside honest work, with marked secrets.

Each attack is handed in with an honest and a wrong submission that are graded after it, so that
what it does to others can be seen.
"""

import json
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from autograder.authoring.specimen import with_answer
from autograder.course.layout import Assignment, Course
from tests.attacks.entries import Attack, attacks
from tests.bench.classes import COURSE, Handed, handed_notebook, own_course

NAME, TASK = "alignment-scores", "dot_scores"
ATTACK, HONEST, WRONG = "m-attack", "y-honest", "z-wrong"  # nbgrader grades by name
_ZEROS = "def dot_scores(query, keys):\n    return np.zeros(keys.shape[:2])\n"
# Called once in its own cell, so that an attack which acts when called leaves what it got where
# only this submission writes: in its output, and in its home.
_TELL = """
def _tell():
    import os
    dot_scores(np.ones((2, 3), "float32"), np.ones((2, 4, 3), "float32"))
    print("LOOT:", *loot[:3])
    with open(os.path.expanduser("~/loot.txt"), "a") as file:
        print("LOOT:", *loot[:3], file=file)
_tell()
"""
TRIED = """
    not_a_number largest_floats
    forged_outputs score_as_last_expression displays_its_score_when_called
    sends_a_result_past_the_shell equal_to_everything acts_when_collected_or_at_exit
    writes_into_the_gradebook
    patches_numpy_comparisons overrides_builtins replaces_the_shell
    rewrites_later_cells_as_syntax_trees rewrites_later_cells_as_text
    hooks_into_every_later_cell waits_for_the_graders_imports
    borrows_the_callers_reference reads_environment_and_proc reads_a_classmates_answer
    reads_the_gradebook searches_objects_for_the_checks reads_the_history_of_the_shell
    listens_by_an_audit_hook
    exits_the_process kills_everything forks_by_32_bit_call starts_programs_by_every_road
    leaves_start_up_files
    endless_loop_in_the_cell sleeps_for_ever ignores_signals
    duplicated_test_cells changed_metadata kernel_that_is_not_there wrong_types_everywhere
    text_that_no_file_can_hold
""".split()
# Without a sandbox they could fill the disk, the memory or the process table of this machine.
NOT_TRIED = """
    forks_for_ever thread_bomb eats_memory fills_tmp uses_up_every_inode floods_the_display
""".split()


class Marks:
    """Random words in places that a submission must not read, by what stands there."""

    def __init__(self) -> None:
        self.words = {
            what: f"CANARY{secrets.token_hex(8)}"
            for what in ("the hidden checks", "another submission", "the environment")
        }

    def found_in(self, text: str) -> list[str]:
        return [what for what, word in self.words.items() if word in text]


def chosen() -> list[tuple[Attack, bool]]:
    """The attacks of the table in its order, each with whether rivals are given it."""
    known = {one.name.removeprefix(f"{TASK}__"): one for one in attacks(NAME)}
    return [(known[name], name in TRIED) for name in (*TRIED, *NOT_TRIED)]


def marked_assignment(folder: Path, marks: Marks) -> Assignment:
    """A course of our own in which the hidden checks bear a mark."""
    root = own_course(folder, NAME, [])
    mark_checks(root, marks)
    return Course(root=root).assignment(NAME)


def mark_checks(root: Path, marks: Marks) -> None:
    path = root / "tests" / "hidden" / NAME / f"check_{TASK}.py"
    # Within a check, since an attack may carry a part of the text outside and not all of it.
    mark, text = rf"\1  # {marks.words['the hidden checks']}", path.read_text()
    changed = re.sub(r"^(def check_score_is_a_dot_product\(.*:)$", mark, text, flags=re.MULTILINE)
    assert changed != text, "the check that bears the mark has another name now"
    path.write_text(changed)


def class_with(first: str, marks: Marks) -> Sequence[Handed]:
    """A class of three: the notebook `first`, then an honest and a wrong one."""
    einsum = COURSE.assignment(NAME).solutions / "accepted" / f"{TASK}__einsum.py"
    honest = f"# {marks.words['another submission']}\n{einsum.read_text()}"
    return [
        Handed(student=ATTACK, text=first),
        Handed(student=HONEST, text=_notebook(honest)),
        Handed(student=WRONG, text=_notebook(_ZEROS)),
    ]


def wrong_notebook() -> str:
    return _notebook(_ZEROS)


def notebook_of(attack: Attack) -> str:
    """The attack as it is handed in."""
    text = attack.path.read_text()
    if attack.path.suffix == ".ipynb":
        return text
    return _notebook(text + (_TELL if attack.keeps_loot else ""))


def _notebook(answer: str) -> str:
    return json.dumps(with_answer(handed_notebook(COURSE.assignment(NAME)), TASK, answer))
