"""Attacks that keep their loot get none in a box, and do get some without one."""

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from autograder.config import NUMPY
from autograder.sandbox import BoxEnded, Sandbox
from tests.attacks.entries import CLASSES, Attack, attacks, classes
from tests.attacks.jail import jail_argv
from tests.conftest import ASSIGNMENT, GRADED
from tests.sandbox.boxes import call

COLLECTING = [one for one in attacks(ASSIGNMENT) if one.keeps_loot]
# Without a box these need more than an ordinary process has: the right to set the clock, a kernel
# built with the x32 interface.
NEED_MORE = {"dot_scores__sets_the_clock", "dot_scores__forks_by_x32_call"}


@pytest.mark.parametrize("assignment", GRADED)
def test_every_attack_is_of_one_class(assignment: str) -> None:
    listed = Counter(name for names in classes(assignment).values() for name in names)
    assert set(classes(assignment)) <= set(CLASSES)
    assert listed == Counter(one.name for one in attacks(assignment))


def test_every_class_has_its_attacks() -> None:
    counts = Counter(one.kind for assignment in GRADED for one in attacks(assignment))
    assert all(counts[kind] >= 8 for kind in CLASSES), counts
    assert len(COLLECTING) >= 20


def inside(sandbox: Sandbox, attack: Attack) -> list[str]:
    """What the attack gets hold of in a box of its own, as a cell and when called."""
    box = sandbox.spawn(NUMPY)
    tell = "def tell_(): return [str(one) for one in loot]"
    try:
        for number, source in enumerate(["import numpy as np", attack.path.read_text(), tell]):
            box.ask({"op": "cell", "source": source, "number": number}, cpu_s=10)
        query, keys = np.ones((2, 3), "float32"), np.ones((2, 4, 3), "float32")
        call(box, "dot_scores", query, keys, cpu_s=10)
        found: list[str] = call(box, "tell_", cpu_s=10)["value"]
        return found
    except BoxEnded:
        return []  # a forbidden call ended it
    finally:
        box.close()


@pytest.mark.parametrize("attack", COLLECTING, ids=lambda one: one.name)
def test_in_a_box_there_is_no_loot_and_none_for_the_next(sandbox: Sandbox, attack: Attack) -> None:
    assert inside(sandbox, attack) == []
    assert inside(sandbox, attack) == [], "something of the first was left for the second"


UNSEALED = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
check = "def check_scores(f): f(np.ones((2, 3), 'f'), np.ones((2, 4, 3), 'f'))\\n" + "# " * 200
# Once for an earlier submission, once for this one.
attack = open(sys.argv[1]).read()
for cell in ("import numpy as np", attack, attack, check + "\\ncheck_scores(dot_scores)"):
    shell.run_cell(cell, store_history=True)
print("LOOT", len(shell.user_ns["loot"]))
"""


@pytest.mark.parametrize(
    "attack", [one for one in COLLECTING if one.name not in NEED_MORE], ids=lambda one: one.name
)
def test_without_a_box_there_is_loot(tmp_path: Path, attack: Attack) -> None:
    lay_out(tmp_path)
    command = [sys.executable, "-c", UNSEALED, str(attack.path)]
    inherited = [os.open(path, os.O_RDONLY) for path in (tmp_path, tmp_path / "gradebook.db")]
    try:
        done = subprocess.run(
            jail_argv(
                tmp_path,
                command,
                readable=[attack.path.parent],
                environ={"COURSE_TOKEN": "a secret"},
                cwd=tmp_path / "autograded" / "me",
            ),
            pass_fds=inherited,
            capture_output=True,
            text=True,
            timeout=100,
        )
    finally:
        for fd in inherited:
            os.close(fd)
    said = [line for line in done.stdout.splitlines() if line.startswith("LOOT ")]
    assert said, done.stdout[-2000:] + done.stderr[-2000:]
    assert said[-1] != "LOOT 0"


def lay_out(course: Path) -> None:
    """What lies about where a grader without a box runs students' code."""
    for student in ("me", "another"):
        folder = course / "autograded" / student
        folder.mkdir(parents=True)
        cell = {"cell_type": "code", "source": "def dot_scores(query, keys):\n    return 1"}
        (folder / "work.ipynb").write_text(json.dumps({"cells": [cell]}))
    book = sqlite3.connect(course / "gradebook.db")
    book.execute("CREATE TABLE grade (id TEXT, auto_score REAL)")
    book.execute("INSERT INTO grade VALUES ('another', 8.0)")
    book.commit()
    book.close()
