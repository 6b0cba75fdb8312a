"""Trusted side. Trains the reference over several seeds, and says where points begin and end.

Runs our own notebooks only, in plain kernels: those code cells that are graded with a submission,
and those tagged `training`. As in papermill, the cell tagged `parameters` is followed by values of
our choice: DATASET, SEED and DATA_FOLDER. When the cells have run, `PREDICT` of the assignment's
`dataset.py` reads inputs.npy and writes predictions.npy. The baseline is the reference with
another answer, `solutions/<assignment>/baseline/<task>.py`.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import nbformat
import numpy as np
import tomlkit
from scipy.stats import t as student_t
from tomlkit.items import Table

from autograder.authoring.reference import run_notebook
from autograder.authoring.specimen import solved, with_answer
from autograder.checks.accuracy import accuracy_of
from autograder.course.dataset import DataStore
from autograder.course.layout import Assignment, Task
from autograder.course.notebooks import Cell, Notebook, is_graded, text_of
from autograder.course.storage import to_json, write_atomically
from autograder.errors import CourseError
from autograder.submission.reading import SKIP_TAG

_MISS = 0.01
_STEP = 100  # thresholds are whole hundredths
FEWEST_SEEDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Accuracies of one data set, a number for each seed, and the thresholds that follow."""

    name: str
    count: int
    reference: tuple[float, ...]
    baseline: tuple[float, ...]

    @property
    def full(self) -> float:
        """Where all points are reached: a new reference misses it in less than 1 of 100 cases.

        The lower end of the one-sided prediction interval for one more run (Student's t).
        """
        return floor((mean(self.reference) - _reach(self.reference, self.count)) * _STEP) / _STEP

    @property
    def lower(self) -> float:
        """Where points begin: a new baseline exceeds it in less than 1 of 100 cases."""
        return ceil((mean(self.baseline) + _reach(self.baseline, self.count)) * _STEP) / _STEP

    @property
    def chance_of_missing(self) -> float:
        """Estimated share of honest references below `full`."""
        off = (self.full - mean(self.reference)) / _scale(self.reference, self.count)
        return float(student_t.cdf(off, len(self.reference) - 1))

    def to_json(self) -> dict[str, Any]:
        """As reports and `thresholds.toml` hold it, accuracies rounded."""
        return {
            "name": self.name,
            "lower": self.lower,
            "full": self.full,
            "chance_of_missing_full": round(self.chance_of_missing, 5),
            "hidden_examples": self.count,
            "reference_accuracies": [round(value, 4) for value in self.reference],
            "baseline_accuracies": [round(value, 4) for value in self.baseline],
        }


def calibrate(
    assignment: Assignment,
    name: str,
    seeds: Sequence[int],
    each: Callable[[str], None] = lambda _: None,
) -> Calibration:
    """Train reference and baseline on one data set; `each` is told of every run.

    Raises:
        CourseError: if there are too few seeds, or the thresholds would be the wrong way round.
        DataError: if the data set is not here.
    """
    if len(seeds) < FEWEST_SEEDS:
        raise CourseError(f"{len(seeds)} seeds say too little; use {FEWEST_SEEDS} or more")
    task = _task_on_data(assignment)
    runs: dict[str, list[float]] = {"reference": [], "baseline": []}
    reference = solved(assignment)
    answers = assignment.solutions / "baseline" / f"{task.name}.py"
    notebooks = {
        "reference": reference,
        "baseline": with_answer(reference, task.name, answers.read_text()),
    }
    for who, notebook in notebooks.items():
        for seed in seeds:
            runs[who].append(_accuracy(assignment, notebook, name, seed))
            each(f"{name} {who} seed {seed}: {runs[who][-1]:.4f}")
    found = Calibration(
        name=name,
        count=len(DataStore(assignment).hidden(name)["labels"]),
        reference=tuple(runs["reference"]),
        baseline=tuple(runs["baseline"]),
    )
    if found.lower >= found.full:
        raise CourseError(
            f"on {name!r} the baseline may reach {found.lower} and the reference surely reaches "
            f"only {found.full}; train the reference better or use more seeds"
        )
    return found


def write_thresholds(assignment: Assignment, found: Sequence[Calibration]) -> Path:
    """Put what was found into `thresholds.toml`; all else in it stays as it is, comments too.

    Raises:
        CourseError: if the file is not TOML, or has something else of a data set's name.
    """
    data = DataStore(assignment)
    data.settings()  # says what is wrong with the file
    if data.thresholds_file.exists():
        document = tomlkit.parse(data.thresholds_file.read_text())
    else:
        about = f"Written by 'autograder data calibrate {assignment.name}'"
        document = tomlkit.document()
        document.add(tomlkit.comment(f"{about}; only graded_on is yours."))
    if "graded_on" not in document:
        document["graded_on"] = data.names[0]
    for one in found:
        if one.name not in document:
            document.add(tomlkit.nl()).add(one.name, tomlkit.table())
        values = {key: value for key, value in one.to_json().items() if key != "name"}
        table = document[one.name]
        if not isinstance(table, Table):
            raise CourseError(
                f"{data.thresholds_file}: {one.name} is not a table; write [{one.name}]"
            )
        table.update(values)
    write_atomically(data.thresholds_file, tomlkit.dumps(document))
    return data.thresholds_file


def _reach(runs: Sequence[float], count: int) -> float:
    return float(student_t.ppf(1 - _MISS, len(runs) - 1)) * _scale(runs, count)


def _scale(runs: Sequence[float], count: int) -> float:
    """Standard error of one more run. Equal runs may still differ by one example."""
    spread = max(stdev(runs), 1 / count)
    return float(spread * sqrt(1 + 1 / len(runs)))


def _task_on_data(assignment: Assignment) -> Task:
    tasks = [task for task in assignment.tasks if task.files]
    if not tasks or not DataStore.declared_by(assignment):
        raise CourseError(f"no task of {assignment.name} is judged on data: nothing to calibrate")
    return tasks[0]


def _accuracy(assignment: Assignment, notebook: Notebook, name: str, seed: int) -> float:
    """Accuracy on the hidden examples of the model that this seed gives.

    It is kept by what went in, so that an interrupted calibration continues where it stopped.
    """
    data = DataStore(assignment)
    folder = data.folder(name).resolve()
    values = f"DATASET, SEED, DATA_FOLDER = {name!r}, {seed}, {str(folder)!r}"
    cells = [*_training_cells(notebook, values), nbformat.v4.new_code_cell(data.predict)]
    went_in = json.dumps([[cell["source"] for cell in cells], data.manifest(name)])
    kept = folder / "runs" / f"{hashlib.sha256(went_in.encode()).hexdigest()}.json"
    if kept.is_file():
        return float(json.loads(kept.read_text()))
    hidden = data.hidden(name)
    whole = nbformat.from_dict({**notebook, "cells": cells})
    with tempfile.TemporaryDirectory() as place:
        np.save(Path(place, "inputs.npy"), hidden["inputs"])
        run_notebook(whole, Path(place), f"training of {assignment.name}")
        predictions = np.load(Path(place, "predictions.npy"), allow_pickle=False)
    accuracy = accuracy_of(predictions, hidden["labels"])
    write_atomically(kept, to_json(accuracy))
    return accuracy


def _training_cells(notebook: Notebook, values: str) -> list[Cell]:
    cells = []
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags", [])
        if (
            cell["cell_type"] == "code"
            and not is_graded(cell)
            and (SKIP_TAG not in tags or "training" in tags)
        ):
            more = f"\n{values}" if "parameters" in tags else ""
            cells.append({**cell, "source": text_of(cell) + more})
    return cells
