"""Trusted side. Runs one cell in a box and keeps what it showed, as data of bounded size."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.sandbox import BoxEnded, RecordedBox
from autograder.submission.reading import CodeCell
from autograder.wire import WireError

_MAX_MESSAGE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRun:
    """What became of one cell. `failure` is None when it ran through.

    `error` is what the box says of what was raised: its type, its cell and line.
    If it `has_value`, `value` is that of its last expression as data.
    """

    cell: CodeCell
    printed: str
    outputs: tuple[dict[str, Any], ...]
    failure: str | None
    ending: BoxEnded | None = None
    error: Any = None
    has_value: bool = False
    value: Any = None

    @property
    def size(self) -> int:
        """How many characters it showed."""
        shown = (text for output in self.outputs for text in output["data"].values())
        return len(self.printed) + sum(map(len, shown))

    @property
    def value_text(self) -> str:
        """The value as the cell showed it; empty if it did not."""
        shown = (o["data"] for o in self.outputs if o["kind"] == "execute_result")
        return next((data["text/plain"] for data in shown if "text/plain" in data), "")


def run_cell(box: RecordedBox, cell: CodeCell, number: int, cpu_s: float, room: int) -> CellRun:
    """Run a cell, and keep as many characters of what it shows as there is room for."""
    try:
        answer = box.ask({"op": "cell", "source": cell.source, "number": number}, cpu_s=cpu_s)
    except BoxEnded as ended:
        return CellRun(
            cell=cell,
            printed=box.take_output()[:room],
            outputs=(),
            failure=ended.message,
            ending=ended,
        )
    except WireError:
        return CellRun(cell=cell, printed="", outputs=(), failure="it is too long to be run")
    shown, error = answer.get("outputs"), answer.get("error")
    printed = box.take_output()[:room]
    return CellRun(
        cell=cell,
        printed=printed,
        outputs=tuple(_shown(shown, room - len(printed))),
        failure=error[:_MAX_MESSAGE] if type(error) is str else None,
        error=answer.get("raised"),
        has_value="value" in answer,
        value=answer.get("value"),
    )


def _shown(outputs: Any, room: int) -> Iterator[dict[str, Any]]:
    """What a cell displayed, as text and pictures of bounded size; the box may claim anything."""
    for output in outputs if type(outputs) is list else ():
        data = output.get("data") if type(output) is dict else None
        if type(data) is not dict:
            continue
        kept = {k: data[k] for k in ("text/plain", "image/png") if type(data.get(k)) is str}
        kind = "execute_result" if output.get("kind") == "execute_result" else "display_data"
        size = sum(map(len, kept.values()))
        if size > room:
            continue
        room = max(0, room - size)
        yield {"kind": kind, "data": kept}


def not_run(cell: CodeCell) -> CellRun:
    """What became of a cell that is left out."""
    why = "not run, since too many cells before it ended the process"
    return CellRun(cell=cell, printed="", outputs=(), failure=why)


def shown_by(run: CellRun) -> list[dict[str, Any]]:
    """What a cell showed, as nbformat outputs built here from text and pictures alone."""
    outputs: list[dict[str, Any]] = []
    if run.printed:
        outputs.append({"output_type": "stream", "name": "stdout", "text": run.printed})
    for shown in run.outputs:
        data = shown.get("data")
        if type(data) is not dict:
            continue
        kept = {kind: data[kind] for kind in ("text/plain", "image/png") if kind in data}
        if all(type(text) is str for text in kept.values()) and kept:
            about = {"image/png": {"alt": _alternative(kept)}} if "image/png" in kept else {}
            outputs.append({"output_type": "display_data", "data": kept, "metadata": about})
    if run.failure is not None:
        outputs.append({"output_type": "stream", "name": "stdout", "text": run.failure})
    return outputs


def _alternative(data: dict[str, str]) -> str:
    """The text for a picture where it cannot be seen: what came with it, if anything."""
    text = data.get("text/plain", "")
    return text if text and not text.startswith("<") else "A picture that this cell showed."
