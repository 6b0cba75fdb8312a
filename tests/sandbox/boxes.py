"""What tests ask of a box, and see of its processes from outside."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.config import NUMPY
from autograder.sandbox import Box

QUICK = replace(NUMPY.limits, cell_cpu_s=1.0, call_cpu_s=1.0, idle_s=0.7)


def run(box: Box, source: str) -> dict[str, Any]:
    return box.ask({"op": "cell", "source": source, "number": 1}, cpu_s=5)


def call(box: Box, name: str, *arguments: object, cpu_s: float = 1) -> dict[str, Any]:
    request = {"op": "call", "name": name, "arguments": arguments, "keywords": {}}
    return box.ask({**request, "return_arguments": False}, cpu_s=cpu_s)


def evaluate(box: Box, source: str, expression: str) -> Any:
    """Run `source` as a cell, then bring the value of `expression` out."""
    answer = run(box, f"{source}\ndef value_(): return {expression}")
    assert answer["error"] is None, answer
    return call(box, "value_")["value"]


def raises(box: Box, expression: str) -> str | None:
    """The type of what `expression` raises, or None."""
    source = f"def attempt_():\n    import os, socket, ctypes\n    {expression}"
    assert run(box, source)["error"] is None
    error = call(box, "attempt_").get("error")
    return str(error["type"]) if error else None


def descendants(pid: int) -> Iterator[int]:
    """The processes that this one has started, and those that they have started."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            yield child
            yield from descendants(child)
