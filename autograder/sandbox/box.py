"""Trusted side. One box, in which one submission runs. Trusts nothing read from its socket."""

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from autograder import wire
from autograder.config import Limits
from autograder.errors import SandboxFault
from autograder.sandbox.channel import Channel, OverLimit
from autograder.sandbox.clock import cpu_clock
from autograder.sandbox.ending import BoxEnded, Ending, Supervisor
from autograder.sandbox.output import Output


class Box:
    """A process with namespaces, limits and a socket of its own.

    `ask` raises BoxEnded once the box is gone, and SandboxFault when the fault is ours.
    """

    def __init__(
        self,
        request: socket.socket,
        output: int,
        status: socket.socket,
        limits: Limits,
        release: Callable[[], None] | None = None,
    ) -> None:
        """Wait for the box to be made. It owns the three descriptors from now on, made or not.

        `release` is called when the box was closed.

        Raises:
            SandboxFault: when no box was made.
        """
        self._limits, self._release = limits, release
        self._asked = 0
        with ExitStack() as undo:
            undo.callback(request.close)
            self._output = Output(output, limits.output_bytes)
            undo.callback(self._output.close)
            self._supervisor = Supervisor(status)
            self._channel = Channel(request, self._output, limits, self._supervisor.pid)
            undo.pop_all()

    def ask(self, request: Mapping[str, Any], *, cpu_s: float) -> dict[str, Any]:
        """Send one request and return the answer, a dictionary of data.

        Raises:
            BoxEnded: over `cpu_s` seconds of processor time or the idle limit, no frame where
                one was due, a wrong frame, or the process ended.
        """
        return self.exchange(framed(self._asked + 1, request), cpu_s=cpu_s)[0]

    def exchange(
        self, request: Sequence[memoryview], *, cpu_s: float
    ) -> tuple[dict[str, Any], bytes]:
        """Send the frame of the next request; the answer, and the frame that it came in.

        Raises:
            BoxEnded: as `ask`.
        """
        if self._supervisor.evidence is not None:
            raise SandboxFault("this box has already ended")
        self._asked += 1
        try:
            answer, frame = self._channel.exchange(request, cpu_s=cpu_s)
        except OverLimit as over:
            raise self._kill(Ending.TIMEOUT, str(over)) from None
        except wire.WireClosed:
            raise self._supervisor.why_ended(self._limits.total_cpu_s) from None
        except wire.WireError:
            # What the bytes were is not said: they may have been hidden inputs.
            raise self._kill(Ending.CRASHED, "its answer was not data, or far too large") from None
        if type(answer) is not dict or not _answers(answer, self._asked):
            raise self._kill(Ending.CRASHED, "the answer was not the one asked for")
        return answer, frame

    @property
    def pid(self) -> int:
        """The process's number as seen from here, for clocks and tests; it may be reused."""
        return self._supervisor.pid

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time so far, by the kernel's clock of this process."""
        evidence = self._supervisor.evidence
        return evidence.cpu_s if evidence else time.clock_gettime(cpu_clock(self.pid))

    def take_output(self) -> str:
        """What was printed since the last call, up to the limit; the rest is thrown away."""
        return self._output.take()

    def close(self) -> None:
        """End the process, if it still runs, and give everything back."""
        try:
            if self._supervisor.evidence is None:
                self._supervisor.kill()
        finally:
            self._channel.close()
            self._output.close()
            self._supervisor.close()
            if self._release is not None:
                self._release()

    def _kill(self, ending: Ending, message: str) -> BoxEnded:
        self._supervisor.kill()
        return BoxEnded(ending, message)


def framed(number: int, request: Mapping[str, Any]) -> list[memoryview]:
    """The frame of a box's `number`th request, counted from 1."""
    first, buffers = wire.encode({"id": number, **request})
    return [memoryview(first), *buffers]


def _answers(answer: dict[Any, Any], number: int) -> bool:
    """Whether it is an answer to this request. Types first: an array's `==` is not a bool."""
    typed = type(answer.get("status")) is str and type(answer.get("id")) is int
    return typed and answer["id"] == number
