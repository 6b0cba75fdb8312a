"""Measures this kit beside stock nbgrader, on the same notebooks, in one run.

Not a test: nothing here passes or fails. Stock nbgrader gets the same number of checks as visible
asserts in its cells, in a course folder of its own with nbgrader's default configuration.
"""

import json
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from autograder.config import Flavour
from autograder.course import Course
from autograder.sandbox import Box, Sandbox
from autograder.sandbox.box import _Clock as ProcessClock
from autograder.specimen import files_in, grade_specimen, solved, with_answer

ROOT = Path(__file__).parents[1]
NAME = "alignment-scores"
WITH_MODELS = "bilstm-attention"
TRACED = {"short_fit", "predict", "load_model", "save_and_load"}
SCRIPTS = Path(sys.executable).parent
CLASS = 12
WITH_TENSORFLOW = 3
TF_ANSWER = (
    "import tensorflow as tf\n"
    "def dot_scores(query, keys):\n"
    "    return tf.einsum('bd,btd->bt', query, keys).numpy()\n"
)


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def first_reply(sandbox: Sandbox, flavour: Flavour) -> float:
    """Milliseconds from asking for a box to its first answer."""

    def once() -> None:
        box = sandbox.spawn(flavour)
        box.ask({"op": "cell", "source": "1", "number": 1}, cpu_s=5)
        boxes.append(box)

    boxes: list = []
    sandbox.spawn(flavour).close()
    times = [timed(once) for _ in range(20)]
    for box in boxes:
        box.close()
    return 1000 * statistics.median(times)


def whole_submission(sandbox: Sandbox, answer: str | None) -> float:
    """Milliseconds of a whole submission on a warm server."""
    assignment = Course(root=ROOT).assignment(NAME)
    notebook = solved(assignment)
    if answer:
        notebook = with_answer(notebook, "dot_scores", answer)
    grade_specimen(assignment, notebook, "warm", sandbox, {})
    times = [
        timed(lambda: grade_specimen(assignment, notebook, "s", sandbox, {})) for _ in range(9)
    ]
    return 1000 * statistics.median(times)


@contextmanager
def metered() -> Iterator[Counter[str]]:
    """Seconds of processor time inside, by phase, of all that boxes are asked meanwhile."""
    seconds: Counter[str] = Counter()
    ask = Box.ask

    def measured(box: Box, request: dict[str, Any], *, cpu_s: float) -> dict[str, Any]:
        clock = ProcessClock(box._pid)
        answer = ask(box, request, cpu_s=cpu_s)
        traced = request.get("name") in TRACED and request["op"] == "probe"
        phase = "traced" if traced else request["op"]
        seconds[phase] += clock.read().cpu_s
        return answer

    Box.ask = measured
    try:
        yield seconds
    finally:
        Box.ask = ask


def phases(sandbox: Sandbox, *, with_files: bool) -> list[float]:
    """Processor seconds of one warm submission with Keras objects: four phases and their sum."""
    assignment = Course(root=ROOT).assignment(WITH_MODELS)
    if not with_files:
        tasks = tuple(task for task in assignment.tasks if not task.files)
        assignment = replace(assignment, tasks=tasks)
    files = files_in(assignment.solutions, assignment)
    for _ in range(2):  # the first one warms up
        with metered() as inside:
            start = time.process_time()
            grade_specimen(assignment, solved(assignment), "s", sandbox, files)
            outside = time.process_time() - start
    spent = [inside["cell"], inside["traced"], inside["call"] + inside["probe"], outside]
    return [*spent, sum(spent)]


def make_class(root: Path, *, stock: bool, answer: str | None, students: int) -> None:
    for name in ("source", "tests/hidden"):
        shutil.copytree(ROOT / name / NAME, root / name / NAME)
    if stock:
        (root / "nbgrader_config.py").write_text("c = get_config()\n")
        shutil.rmtree(root / "tests")
    else:
        shutil.copy(ROOT / "nbgrader_config.py", root)
        shutil.copytree(ROOT / "quizzes", root / "quizzes")
    notebook = solved(Course(root=ROOT).assignment(NAME))
    if answer:
        notebook = with_answer(notebook, "dot_scores", answer)
    # Stock nbgrader has no tag for cells that grading does not need; plots would cost it more.
    notebook["cells"] = [
        c for c in notebook["cells"] if "skip-grading" not in c["metadata"].get("tags", [])
    ]
    for number in range(students):
        folder = root / "submitted" / f"s{number:03}" / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook))
    run(root, "nbgrader", "generate_assignment", NAME)


def run(root: Path, program: str, *arguments: str) -> None:
    subprocess.run(
        [str(SCRIPTS / program), *arguments],
        cwd=root,
        check=True,
        capture_output=True,
        env={"PATH": f"{SCRIPTS}:/usr/bin:/bin", "HOME": str(root), "TF_CPP_MIN_LOG_LEVEL": "3"},
    )


def whole_class(*, stock: bool, answer: str | None, students: int) -> float:
    """Seconds a submission for a class from a cold start, gradebook included."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "course")
        root.mkdir()
        make_class(root, stock=stock, answer=answer, students=students)
        command = ("nbgrader", "autograde") if stock else ("autograder", "grade")
        return timed(lambda: run(root, *command, NAME)) / students


def main() -> None:
    console = Console(width=100)
    machine = f"{platform.machine()}, Python {platform.python_version()}, {platform.system()}"
    with console.status("measuring"), Sandbox(ROOT) as sandbox:
        warm = Table("On a warm fork-server (median)", "numpy", "tensorflow", title=machine)
        replies = [first_reply(sandbox, flavour) for flavour in Flavour]
        warm.add_row("fork to first reply", *(f"{ms:.0f} ms" for ms in replies))
        wholes = [whole_submission(sandbox, answer) for answer in (None, TF_ANSWER)]
        warm.add_row(f"a whole {NAME} submission", *(f"{ms:.0f} ms" for ms in wholes))
    console.print(warm)
    costs = Table(
        f"CPU s of a whole {WITH_MODELS} submission, warm",
        *("cells", "tracing and short training", "calls and probes", "trusted side", "in all"),
    )
    with console.status(WITH_MODELS), Sandbox(ROOT) as sandbox:
        for label, with_files in (("34 points, without accuracy", False), ("50 points", True)):
            spent = phases(sandbox, with_files=with_files)
            costs.add_row(label, *(f"{seconds:.2f}" for seconds in spent))
    console.print(costs)
    table = Table(
        "Cold start, gradebook included", "students", "stock nbgrader", "this kit", "ratio"
    )
    for label, answer, students in (
        (NAME, None, CLASS),
        (f"{NAME}, importing TensorFlow", TF_ANSWER, WITH_TENSORFLOW),
    ):
        with console.status(label):
            stock = whole_class(stock=True, answer=answer, students=students)
            ours = whole_class(stock=False, answer=answer, students=students)
        seconds = (f"{stock:.2f} s", f"{ours:.2f} s")
        table.add_row(label, str(students), *seconds, f"{stock / ours:.1f}×")
    console.print(table)
    console.print("Seconds are a submission's share of the whole run; 'autograder grade' also")
    console.print("writes the feedback pages, which 'nbgrader autograde' does not.")


if __name__ == "__main__":
    main()
