"""What a submission costs on warm fork-servers, beside the same calls without any protection."""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.config import FLAVOURS, Flavour, Limits
from autograder.course.dataset import DataStore
from autograder.course.layout import Assignment
from autograder.grading.one import grade
from autograder.sandbox import Box, Sandbox
from autograder.submission.reading import Submission, read_submission
from tests.bench.classes import COURSE, Handed, check_of, keep_hidden_examples, make_standin, mixed
from tests.bench.metered import cpu_of_living, share, tree

TRACED = {"layer_graph", "short_fit", "predict", "load_model", "save_and_load"}
_NAME = re.compile(rb'"(?:op|name)","(\w+)"|"(?:op|name)":"(\w+)"')


class MeteredSandbox(Sandbox):
    """A sandbox that adds up the processor seconds of its boxes, by phase."""

    def __init__(self, course_root: Path) -> None:
        super().__init__(course_root)
        self.inside: dict[str, float] = defaultdict(float)

    def spawn(self, flavour: Flavour, limits: Limits | None = None) -> Any:
        return _MeteredBox(super().spawn(flavour, limits), self.inside)


class _MeteredBox:
    """A box as a recorder uses it."""

    def __init__(self, box: Box, seconds: dict[str, float]) -> None:
        self._box, self._seconds, self._noted = box, seconds, 0.0

    def exchange(self, request: Sequence[memoryview], *, cpu_s: float) -> Any:
        self._note("start of the box")
        try:
            return self._box.exchange(request, cpu_s=cpu_s)
        finally:
            self._note(phase(request))

    def take_output(self) -> str:
        return self._box.take_output()

    def close(self) -> None:
        self._box.close()
        self._note("end of the box")

    def _note(self, name: str) -> None:
        try:
            used = self._box.cpu_s
        except OSError:  # it has just ended; closing it says how much it used
            return
        self._seconds[name] += max(0.0, used - self._noted)
        self._noted = max(used, self._noted)


def phase(request: Sequence[memoryview]) -> str:
    """What a request asks for, from the beginning of its frame."""
    words = [(a or b).decode() for a, b in _NAME.findall(bytes(request[0][:400]))]
    if not words:
        return "calls and probes"
    if words[0] == "cell":
        return "cells"
    traced = words[0] == "probe" and TRACED & set(words[1:2])
    return "traced and trained probes" if traced else "calls and probes"


def read(assignment: Assignment, handed: Handed) -> Submission:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{assignment.name}.ipynb")
        path.write_text(handed.text)
        for name, content in handed.files.items():
            path.with_name(name).write_bytes(content)
        return read_submission(path, assignment, student=handed.student)


def graded(
    assignment: Assignment, submission: Submission, sandbox: MeteredSandbox
) -> dict[str, float]:
    """Processor seconds of one submission, by phase."""
    sandbox.inside.clear()
    servers, start = cpu_of_living(os.getpid()), time.process_time()
    result = grade(assignment, sandbox, submission)
    spent = dict(sandbox.inside)
    spent["trusted side"] = time.process_time() - start
    spent["fork-server"] = cpu_of_living(os.getpid()) - servers
    spent["points"] = result.score or 0.0
    return spent


def reference_by_phase(name: str, times: int) -> dict[str, Any]:
    """The reference on a warm fork-server, several times: medians by phase."""
    assignment = COURSE.assignment(name)
    submission = read(assignment, mixed(assignment, 1)[0])
    with MeteredSandbox(assignment.root) as sandbox:
        runs = [graded(assignment, submission, sandbox) for _ in range(times + 1)][1:]
    names = list(dict.fromkeys(name for run in runs for name in run))
    return {name: statistics.median(run.get(name, 0.0) for run in runs) for name in names}


def class_by_phase(name: str, count: int) -> dict[str, Any]:
    """Means by phase over a class without oddities."""
    assignment = COURSE.assignment(name)
    handed = mixed(assignment, count, oddities=False)
    with MeteredSandbox(assignment.root) as sandbox:
        graded(assignment, read(assignment, handed[0]), sandbox)
        runs = [graded(assignment, read(assignment, one), sandbox) for one in handed]
    names = list(dict.fromkeys(name for run in runs for name in run))
    return {name: statistics.fmean(run.get(name, 0.0) for run in runs) for name in names}


def unprotected(name: str, times: int) -> dict[str, float]:
    """The reference's cells and checks in one warm process: medians of processor seconds."""
    assignment = COURSE.assignment(name)
    submission = read(assignment, mixed(assignment, 1)[0])
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        standin = make_standin(Path(folder, "standin"))
        if DataStore.declared_by(assignment):
            keep_hidden_examples(assignment, standin)
        for file, held in submission.files.items():
            Path(folder, file).write_bytes(held.content)
        checks = (check_of(assignment, task.name, standin) for task in assignment.tasks)
        job = {
            "cells": [cell.source for cell in submission.to_run()],
            "checks": {path: text for text, path in checks},
            "times": times,
        }
        found = subprocess.run(
            [sys.executable, str(standin / "direct.py")],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": ""},
        )
    runs = json.loads(found.stdout.splitlines()[-1])
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def overhead(name: str, times: int) -> dict[str, Any]:
    """A graded submission beside the same calls without protection, in processor seconds."""
    ours, bare = reference_by_phase(name, times), unprotected(name, times)
    seconds = {k: v for k, v in ours.items() if k != "points"}
    counted = sum(v for k, v in seconds.items() if k != "fork-server")
    return {
        "phases": seconds,
        "kit": counted,
        "bare": bare["all"],
        "bare_cells": bare["cells"],
        "same_points": ours["points"] == bare["points"],
        "ratio": counted / bare["all"],
    }


def first_replies(times: int) -> dict[str, dict[str, float]]:
    """Milliseconds from asking for a box to its first answer, by flavour."""
    found = {}
    for flavour in FLAVOURS:
        with Sandbox(COURSE.root) as sandbox:
            sandbox.spawn(flavour).close()
            waits = sorted(_first_reply(sandbox, flavour) for _ in range(times))
        found[flavour.name] = {
            "median": statistics.median(waits),
            "fastest": waits[0],
            "slowest": waits[-1],
        }
    return found


def _first_reply(sandbox: Sandbox, flavour: Flavour) -> float:
    start = time.perf_counter()
    box = sandbox.spawn(flavour)
    box.ask({"op": "cell", "source": "1", "number": 1}, cpu_s=5)
    taken = time.perf_counter() - start
    box.close()
    return 1000 * taken


def server_memory() -> dict[str, float]:
    """MiB of each warm fork-server, alone."""
    found = {}
    for flavour in FLAVOURS:
        with Sandbox(COURSE.root) as sandbox:
            sandbox.start(flavour)
            sandbox.wait()
            found[flavour.name] = sum(map(share, tree(os.getpid())[1:])) / (1 << 20)
    return found
