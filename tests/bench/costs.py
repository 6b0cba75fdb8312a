"""Where the kit's own time goes: imports of a cold start, the writer, one processor or two."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from autograder.config import FLAVOURS, Flavour
from autograder.grading.local import processors
from autograder.grading.store import STATE
from autograder.sandbox import Sandbox
from tests.bench.classes import COURSE, Handed, mixed, own_course, with_tensorflow
from tests.bench.metered import run
from tests.bench.programs import SCRIPTS, Kit, environment

_IMPORTS = {
    "Python alone": "pass",
    "the command line": "import autograder.cli.app",
    "grading (pytest, SciPy)": "import autograder.grading.one",
    "the gradebook (nbgrader, nbconvert, SQLAlchemy)": (
        "import autograder.cli.app, autograder.gradebook.writer"
    ),
}


def cold_start(times: int) -> dict[str, Any]:
    """Seconds of each import on its own, and until a fork-server is warm; medians."""
    found = {}
    for what, statement in _IMPORTS.items():
        runs = [_python(statement) for _ in range(times)]
        found[what] = {
            "wall": statistics.median(wall for wall, _ in runs),
            "cpu": statistics.median(cpu for _, cpu in runs),
        }
    for flavour in FLAVOURS:
        walls = [_until_warm(flavour) for _ in range(times)]
        found[f"a fork-server with {flavour.name}"] = {"wall": statistics.median(walls)}
    return found


def _python(statement: str) -> tuple[float, float]:
    spent = run(
        [sys.executable, "-c", statement],
        COURSE.root,
        environment(SCRIPTS, COURSE.root / STATE, PYTHONPATH=str(COURSE.root)),
    )
    return spent.wall_s, spent.cpu_s


def _until_warm(flavour: Flavour) -> float:
    start = time.perf_counter()
    with Sandbox(COURSE.root) as sandbox:
        sandbox.start(flavour)
        sandbox.wait()
        return time.perf_counter() - start


def writing(name: str, students: int) -> dict[str, Any]:
    """Processor seconds of reading and writing for each student, when the results are known."""
    assignment = COURSE.assignment(name)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        handed = mixed(assignment, students, oddities=False)
        root = own_course(Path(folder, "course"), name, handed)
        Kit().prepare(root, assignment)
        found = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("writer.py")), name],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(COURSE.root)},
            capture_output=True,
            text=True,
            check=True,
        )
    data = json.loads(found.stdout.splitlines()[-1])
    count, scale = data["students"], data["whole"] / data["profiled"]
    parts = {k: v * scale / count for k, v in data["parts"].items()}
    return {"reading": data["reading"] / count, "whole": data["whole"] / count, "parts": parts}


def workers(name: str, sizes: tuple[int, int], *, tensorflow: bool = False) -> dict[str, Any]:
    """Two workers and one: the larger class as a whole, and without what a run costs once."""
    assignment, wall = COURSE.assignment(name), {}
    most = min(2, processors())
    for jobs in (1, most):
        for size in sizes:
            handed = _of(name, size, tensorflow)
            wall[jobs, size] = Kit().grade(assignment, handed, jobs)["wall_s"]
    small, large = sizes
    each = {jobs: (wall[jobs, large] - wall[jobs, small]) / (large - small) for jobs in (1, most)}
    small_each = min(each.values())
    return {
        "sizes": sizes,
        "jobs": most,
        "walls": {f"{jobs} × {size}": seconds for (jobs, size), seconds in wall.items()},
        "each": {str(jobs): seconds for jobs, seconds in each.items()},
        "cold": wall[1, large] / wall[most, large],
        "steady": each[1] / each[most] if small_each > 0 else 0.0,
    }


def _of(name: str, size: int, tensorflow: bool) -> list[Handed]:
    assignment = COURSE.assignment(name)
    if tensorflow:
        return with_tensorflow(assignment, size)
    return mixed(assignment, size, oddities=False)
