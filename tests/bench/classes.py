"""Classes to grade: the same notebooks for every program, and the checks for the rivals' cells."""

import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from autograder.authoring.specimen import files_in, solved, with_answer
from autograder.course.dataset import DataStore
from autograder.course.embed import with_modules
from autograder.course.layout import Assignment, Course
from autograder.course.notebooks import Notebook, grade_id_of, is_solution, read_trusted, text_of

ROOT = Path(__file__).parents[2]
KIT = ROOT / "autograder"
COURSE = Course(root=ROOT)
# Texts of the kit that hidden checks rest on, and that rivals get as they are.
_SHARED = """
    checks/__init__.py checks/expect.py checks/accuracy.py course/module.py inside/__init__.py
    inside/probes.py inside/training.py inside/values.py config.py errors.py result.py wire.py
""".split()
_TF_ANSWER = (
    "import tensorflow as tf\n"
    "def dot_scores(query, keys):\n"
    "    return tf.einsum('bd,btd->bt', query, keys).numpy()\n"
)
_SLEEPS = "import time\ntime.sleep(2)\n"
ENDLESS = "while True:\n    pass\n"


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What one student hands in: the notebook's text and files beside it; and what it is."""

    student: str
    text: str
    about: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)


def mixed(assignment: Assignment, count: int, *, oddities: bool = True) -> list[Handed]:
    """A class from the bank: half right and half wrong, with answers to every task.

    With `oddities` one submission sleeps for two seconds and one file is not JSON.
    """
    reference, files = handed_notebook(assignment), files_in(assignment.solutions, assignment)
    found = [("the reference", json.dumps(reference))]
    for task, about, source in _bank(assignment, count - 1):
        found.append((about, json.dumps(with_answer(reference, task, source))))
    if oddities and count >= 4:
        slow = json.dumps(_with_first_line(reference, _SLEEPS))
        found[count // 4] = "sleeps for two seconds", slow
        found[count // 2] = "no JSON", found[0][1][: len(slow) // 2]
    return [
        Handed(student=f"s{n:03}", text=text, files=files, about=about)
        for n, (about, text) in enumerate(found)
    ]


def with_tensorflow(assignment: Assignment, count: int) -> list[Handed]:
    text = json.dumps(with_answer(handed_notebook(assignment), "dot_scores", _TF_ANSWER))
    return [Handed(student=f"s{n:03}", text=text) for n in range(count)]


def never_ends(assignment: Assignment) -> Handed:
    """A submission whose first solution cell is an endless loop."""
    notebook = _with_first_line(handed_notebook(assignment), ENDLESS)
    return Handed(student="s-endless", text=json.dumps(notebook))


def _bank(assignment: Assignment, count: int) -> list[tuple[str, str, str]]:
    """Task, name and text of answers, accepted and wrong ones in turn, evenly from each list."""
    found = []
    for kind, share in (("accepted", (count + 1) // 2), ("wrong", count // 2)):
        paths = sorted((assignment.solutions / kind).glob("*.py"))
        known = [(p.stem.partition("__")[0], f"{kind}/{p.stem}", p.read_text()) for p in paths]
        if assignment.name == "alignment-scores":  # a class of its own imports TensorFlow
            known = [one for one in known if not {"keras", "tensorflow"} & {*_words(one[2])}]
        found.append([known[i * len(known) // share] for i in range(share)])
    by_turns = [entry for pair in zip(*found, strict=False) for entry in pair]
    return by_turns + found[0][len(found[1]) :]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text)


def _with_first_line(notebook: Notebook, line: str) -> Notebook:
    first = next(c for c in notebook["cells"] if is_solution(c))
    cells = [{**c, "source": line + text_of(c)} if c is first else c for c in notebook["cells"]]
    return {**notebook, "cells": cells}


def handed_notebook(assignment: Assignment) -> Notebook:
    """The reference without what grading leaves out: rivals have no tag for such cells."""
    notebook = solved(assignment)
    return {**notebook, "cells": [c for c in notebook["cells"] if _needed(c)]}


def _needed(cell: dict[str, Any]) -> bool:
    return "skip-grading" not in cell["metadata"].get("tags", []) or grade_id_of(cell) is not None


def hand_in(root: Path, name: str, handed: Iterable[Handed]) -> None:
    for one in handed:
        folder = root / "submitted" / one.student / name
        folder.mkdir(parents=True)
        (folder / f"{name}.ipynb").write_text(one.text)
        for file, content in one.files.items():
            (folder / file).write_bytes(content)


def own_course(root: Path, name: str, handed: Sequence[Handed]) -> Path:
    """A course folder as a clone of this repository has it, with submissions."""
    for folder in ("source", "tests/hidden", "release"):
        shutil.copytree(ROOT / folder / name, root / folder / name)
    for module in (ROOT / "source").glob("*.py"):
        shutil.copy(module, root / "source")
    shutil.copytree(ROOT / "quizzes", root / "quizzes")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    hand_in(root, name, handed)
    return root


def stock_notebook(assignment: Assignment, standin: Path) -> Notebook:
    """A source notebook for stock nbgrader: hidden checks stand in its test cells."""
    source = with_modules(read_trusted(assignment.source), assignment.source.parent)
    cells = []
    for cell in source["cells"]:
        if _needed(cell):
            text = text_of(cell)
            task = grade_id_of(cell)
            if task in {one.name for one in assignment.tasks}:
                text = _test_cell(*check_of(assignment, task, standin), standin)
            metadata = {k: v for k, v in cell["metadata"].items() if k == "nbgrader"}
            cells.append({**cell, "source": text, "metadata": metadata})
    return {**source, "cells": cells}


def check_of(assignment: Assignment, task: str, standin: Path) -> tuple[str, str]:
    """The text of a task's checks, and where it believes to stand."""
    text = (assignment.hidden / f"check_{task}.py").read_text()
    return text, str(standin / "tests" / "hidden" / assignment.name / f"check_{task}.py")


def _test_cell(text: str, path: str, standin: Path) -> str:
    return (
        "### BEGIN HIDDEN TESTS\n"
        f"import sys\nsys.path.insert(0, {str(standin)!r})\nimport direct\n"
        f"direct.grade({text!r}, {path!r}, globals())\n"
        "### END HIDDEN TESTS"
    )


def make_standin(folder: Path) -> Path:
    """Everything that hidden checks need in a process without the kit."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(Path(__file__).parent / "standin", folder)
    for name in _SHARED:
        (folder / "autograder" / name).parent.mkdir(exist_ok=True)
        shutil.copy(KIT / name, folder / "autograder" / name)
    shutil.copytree(ROOT / "tests" / "hidden", folder / "tests" / "hidden")
    (folder / "source").mkdir()
    for module in (ROOT / "source").glob("*.py"):
        shutil.copy(module, folder / "source")
    return folder


def keep_hidden_examples(assignment: Assignment, standin: Path) -> None:
    """Labels, too: a rival's checks run where the student's code does."""
    data = DataStore(assignment).dataset()
    limits, path = data.thresholds, standin / f"{assignment.name}.npz"
    lower, full = np.array(limits.lower), np.array(limits.full)
    np.savez(path, inputs=data.inputs, labels=data.labels, lower=lower, full=full)
