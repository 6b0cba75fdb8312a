"""Trusted side. Records what boxes answered, so that checks can be run again without them.

A recording is data that a stranger's code made: it is read back through the same wire, and is
trusted no more than a box. As long as a box is asked what it was asked
before, in the same order, the recording answers and nothing runs. At the first other request a real
box is made, is asked everything again that came before, and goes on from there.
"""

import hashlib
import io
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder import wire
from autograder.config import MIB, Flavour, Limits
from autograder.sandbox.box import Box, BoxEnded, Ending, framed
from autograder.sandbox.sandbox import Sandbox

_MOST_BYTES = 32 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """One request to a box and what came of it: a frame, or an end with its message."""

    request: str
    frame: bytes = b""
    ending: str = ""
    message: str = ""
    printed: str = ""


class Recorder:
    """Takes the sandbox's place while a submission is graded; `past` is an earlier recording."""

    def __init__(self, sandbox: Sandbox, past: bytes | None = None) -> None:
        self._sandbox = sandbox
        self._past = _read(past) if past else {}
        self._events: dict[str, list[_Event]] = {}
        self._room = _MOST_BYTES
        self.ran = False  # whether a real box was needed

    def spawn(self, flavour: Flavour, limits: Limits, label: str) -> "RecordedBox":
        """A box; `label` says which of a submission's boxes it is, the same in every grading.

        Raises:
            SandboxFault: when no box could be made.
        """
        events = self._events[label] = []

        def start() -> Box:
            self.ran = True
            return self._sandbox.spawn(flavour, limits)

        return RecordedBox(start, self._past.get(label, []), events, self._has_room)

    def recording(self) -> bytes | None:
        """All that boxes answered; None if it is too large to keep."""
        if self._room < 0:
            return None
        packed = {
            label: [_packed(event) for event in events] for label, events in self._events.items()
        }
        try:
            first, buffers = wire.encode(packed)
        except wire.WireError:
            return None
        data = b"".join((first, *buffers))
        return zlib.compress(data, 1) if len(data) <= _MOST_BYTES else None

    def _has_room(self, size: int) -> bool:
        """Whether that many bytes more can be kept; once they could not, nothing is kept."""
        self._room -= size if self._room >= 0 else 0
        return self._room >= 0


class RecordedBox:
    """A box as a session uses it; real only if the recording does not know the answers."""

    def __init__(
        self,
        start: Callable[[], Box],
        past: list[_Event],
        events: list[_Event],
        has_room: Callable[[int], bool],
    ) -> None:
        self._start, self._past, self._events, self._has_room = start, past, events, has_room
        self._box = None if past else start()
        self._repeated: list[tuple[list[memoryview], float]] = []
        self._printed = ""

    def ask(self, request: dict[str, Any], *, cpu_s: float) -> dict[str, Any]:
        """As `Box.ask`."""
        frame = framed(len(self._events) + 1, request)
        name = _name(frame, cpu_s)
        if self._box is None:
            event = self._past[len(self._events)] if len(self._events) < len(self._past) else None
            if event is not None and event.request == name:
                self._repeated.append((frame, cpu_s))
                return self._take(event)
            self._box = self._start()
            self._catch_up(self._box)
        return self._ask_box(self._box, name, frame, cpu_s)

    def take_output(self) -> str:
        """What was printed during the last request."""
        printed, self._printed = self._printed, ""
        return printed

    def close(self) -> None:
        if self._box is not None:
            self._box.close()

    def _take(self, event: _Event) -> dict[str, Any]:
        self._events.append(event)
        self._printed = event.printed
        if event.ending:
            raise BoxEnded(Ending(event.ending), event.message)
        answer: dict[str, Any] = _decoded(event.frame)
        return answer

    def _catch_up(self, box: Box) -> None:
        """Bring a fresh box to where the recording is; what it answers meanwhile is known."""
        for frame, cpu_s in self._repeated:
            box.exchange(frame, cpu_s=cpu_s)
            box.take_output()
        self._repeated.clear()

    def _ask_box(
        self, box: Box, name: str, frame: Sequence[memoryview], cpu_s: float
    ) -> dict[str, Any]:
        try:
            answer, came = box.exchange(frame, cpu_s=cpu_s)
        except BoxEnded as ended:
            self._printed = box.take_output()
            self._events.append(
                _Event(
                    request=name,
                    ending=ended.ending.value,
                    message=ended.message,
                    printed=self._printed,
                )
            )
            raise
        self._printed = box.take_output()
        kept = _Event(request=name)
        if self._has_room(len(came) + len(self._printed)):
            kept = _Event(request=name, frame=came, printed=self._printed)
        self._events.append(kept)
        return answer


def _name(frame: Sequence[memoryview], cpu_s: float) -> str:
    digest = hashlib.blake2b(repr(cpu_s).encode(), digest_size=16)
    for part in frame:
        digest.update(part)
    return digest.hexdigest()


def _packed(event: _Event) -> list[Any]:
    frame = np.frombuffer(event.frame, np.uint8)
    return [event.request, frame, event.ending, event.message, event.printed]


def _read(recording: bytes) -> dict[str, list[_Event]]:
    """A recording's events; one that is damaged knows nothing."""
    try:
        packed = _decoded(zlib.decompress(recording))
        return {
            label: [
                _Event(request=r, frame=f.tobytes(), ending=e, message=m, printed=p)
                for r, f, e, m, p in events
            ]
            for label, events in packed.items()
        }
    except (zlib.error, wire.WireError, ValueError, AttributeError, TypeError):
        return {}


def _decoded(frame: bytes) -> Any:
    stream = io.BytesIO(frame)
    return wire.receive(lambda count: bytearray(stream.read(count)), max_body=_MOST_BYTES)
