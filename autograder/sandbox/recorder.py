"""Trusted side. Records what boxes answered, so that checks can be run again without them.

As long as a box is asked what it was asked before, in the same order, the recording answers and
nothing runs. At the first other request a real box is made, is asked again everything that came
before, and goes on from there.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from autograder.config import Flavour, Limits
from autograder.sandbox.box import Box, framed
from autograder.sandbox.ending import BoxEnded, Ending
from autograder.sandbox.recording import MOST_BYTES, Event, decoded, packed, unpacked
from autograder.sandbox.sandbox import Sandbox


class Recorder:
    """Takes the sandbox's place while a submission is graded; `past` is an earlier recording."""

    def __init__(self, sandbox: Sandbox, past: bytes | None = None) -> None:
        self._sandbox = sandbox
        self._past = unpacked(past) if past else {}
        self._events: dict[str, list[Event]] = {}
        self._bytes_left = MOST_BYTES
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

        return RecordedBox(start, self._past.get(label, []), events, self._may_keep)

    def recording(self) -> bytes | None:
        """All that boxes answered; None if it is too large to keep."""
        return packed(self._events) if self._bytes_left >= 0 else None

    def _may_keep(self, size: int) -> bool:
        """Whether that many bytes more can be kept; once they could not, nothing is kept."""
        self._bytes_left -= size if self._bytes_left >= 0 else 0
        return self._bytes_left >= 0


class RecordedBox:
    """A box as a session uses it; real only if the recording does not know the answers."""

    def __init__(
        self,
        start: Callable[[], Box],
        past: list[Event],
        events: list[Event],
        may_keep: Callable[[int], bool],
    ) -> None:
        self._start, self._past, self._events, self._may_keep = start, past, events, may_keep
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
        """End the real box, if there is one."""
        if self._box is not None:
            self._box.close()

    def _take(self, event: Event) -> dict[str, Any]:
        self._events.append(event)
        self._printed = event.printed
        if event.ending:
            raise BoxEnded(Ending(event.ending), event.message)
        answer: dict[str, Any] = decoded(event.frame)
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
                Event(
                    request=name,
                    ending=ended.ending.value,
                    message=ended.message,
                    printed=self._printed,
                )
            )
            raise
        self._printed = box.take_output()
        kept = Event(request=name)
        if self._may_keep(len(came) + len(self._printed)):
            kept = Event(request=name, frame=came, printed=self._printed)
        self._events.append(kept)
        return answer


def _name(frame: Sequence[memoryview], cpu_s: float) -> str:
    digest = hashlib.blake2b(repr(cpu_s).encode(), digest_size=16)
    for part in frame:
        digest.update(part)
    return digest.hexdigest()
