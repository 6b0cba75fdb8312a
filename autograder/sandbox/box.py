"""Trusted side. One box, in which one submission runs. Trusts nothing read from its socket."""

import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from autograder import wire
from autograder.config import Limits
from autograder.errors import SandboxFault
from autograder.sandbox.clock import Clock, Usage, cpu_clock

_TICK_S = 0.05
_REPORT_WAIT_S = 20.0
_LAST_MOMENT_S = 2.0


class Ending(StrEnum):
    """Why a box has ended."""

    TIMEOUT = "timeout"
    CRASHED = "crashed"


class BoxEnded(Exception):  # noqa: N818
    """The submission used up its limits, broke the protocol or ended its process."""

    def __init__(self, ending: Ending, message: str) -> None:
        super().__init__(message)
        self.ending = ending
        self.message = message


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
        """`release` is called when the box was closed."""
        self._request, self._output, self._status, self._limits = request, output, status, limits
        self._release = release
        self._asked = 0
        self._looked = 0.0
        self._idle_s = self._waited_s = 0.0
        self._printed = bytearray()
        self.evidence: dict[str, Any] | None = None
        status.settimeout(_REPORT_WAIT_S)
        try:
            message, handles, _, _ = socket.recv_fds(status, 4096, 1)
        except OSError as error:
            raise SandboxFault("the fork-server did not answer") from error
        if message != b"started" or len(handles) != 1:
            raise SandboxFault("the fork-server could not make a box")
        self._handle = handles[0]
        self._pid = _pid_of(self._handle)
        request.setblocking(False)
        os.set_blocking(output, False)

    def ask(self, request: dict[str, Any], *, cpu_s: float) -> dict[str, Any]:
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
        if self.evidence is not None:
            raise SandboxFault("this box has already ended")
        self._asked += 1
        clock, came = Clock(self._pid), []

        def read(count: int) -> bytearray:
            came.append(self._read(count, clock, cpu_s))
            return came[-1]

        try:
            for part in request:
                self._send(part, clock, cpu_s)
            answer = wire.receive(read, max_body=self._limits.reply_bytes)
        except wire.WireClosed:
            raise self._ended() from None
        except (BrokenPipeError, ConnectionResetError):
            raise self._ended() from None
        except wire.WireError:
            # What the bytes were is not said: they may have been hidden inputs.
            raise self._kill(Ending.CRASHED, "its answer was no data, or far too large") from None
        if clock.wall_s() >= _TICK_S:  # a shorter time is not worth the reading
            usage = clock.read()
            self._idle_s += usage.idle_s
            self._waited_s += usage.waited_s
        if type(answer) is not dict or not _answers(answer, self._asked):
            raise self._kill(Ending.CRASHED, "the answer was not the one asked for")
        return answer, b"".join(came)

    @property
    def pid(self) -> int:
        """The process's number as seen from here, for clocks and tests; it may be reused."""
        return self._pid

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time so far, by the kernel's clock of this process."""
        if self.evidence is not None:
            return float(self.evidence["cpu_s"])
        return time.clock_gettime(cpu_clock(self._pid))

    def take_output(self) -> str:
        """What was printed since the last call, up to the limit; the rest is thrown away."""
        self._drain()
        text = self._printed.decode("utf-8", "replace")
        self._printed.clear()
        return text

    def close(self) -> None:
        """End the process, if it still runs, and give everything back."""
        try:
            if self.evidence is None:
                self._signal_and_wait()
        finally:
            self._request.close()
            self._status.close()
            os.close(self._output)
            os.close(self._handle)
            if self._release is not None:
                self._release()

    def _send(self, data: memoryview, clock: Clock, cpu_s: float) -> None:
        while data:
            self._wait_for(select.POLLOUT, clock, cpu_s)
            try:
                data = data[self._request.send(data) :]
            except BlockingIOError:
                continue

    def _read(self, count: int, clock: Clock, cpu_s: float) -> bytearray:
        data = bytearray()
        # Grown as it comes: a box that announces much and sends little costs us little.
        while len(data) < count:
            self._wait_for(select.POLLIN, clock, cpu_s)
            try:
                part = self._request.recv(min(count - len(data), 1 << 20))
            except BlockingIOError:
                continue
            if not part:
                raise wire.WireClosed
            data += part
        return data

    def _wait_for(self, event: int, clock: Clock, cpu_s: float) -> None:
        """Return when the socket is ready; drain what is printed, hold the limits meanwhile."""
        poll = select.poll()
        poll.register(self._request, event)
        poll.register(self._output, select.POLLIN)
        while True:
            ready = dict(poll.poll(_TICK_S * 1000))
            if self._output in ready:
                self._drain()
                if ready[self._output] & select.POLLHUP:
                    poll.unregister(self._output)
            if time.monotonic() - self._looked >= _TICK_S:  # also while bytes keep dripping in
                self._looked = time.monotonic()
                self._hold_limits(clock.read(), cpu_s)
            if self._request.fileno() in ready:
                return

    def _hold_limits(self, usage: Usage, cpu_s: float) -> None:
        if usage.cpu_s > cpu_s:
            why = f"it was still computing after {cpu_s:g} seconds of processor time"
        elif usage.idle_s > self._limits.idle_s:
            why = f"it did nothing for {self._limits.idle_s:g} seconds (sleeping or waiting)"
        elif self._idle_s + usage.idle_s > self._limits.total_idle_s:
            why = f"it did nothing for {self._limits.total_idle_s:g} seconds in all"
        elif self._waited_s + usage.waited_s > self._limits.waiting_s:
            why = f"it waited for {self._limits.waiting_s:g} seconds in all"
        else:
            return
        raise self._kill(Ending.TIMEOUT, why)

    def _drain(self) -> None:
        try:
            while part := os.read(self._output, 65536):
                room = self._limits.output_bytes - len(self._printed)
                self._printed += part[: max(0, room)]
                if room <= 0:
                    return  # one part at a time: a flood must not keep us from the clock
        except BlockingIOError:
            return

    def _kill(self, ending: Ending, message: str) -> BoxEnded:
        self._signal_and_wait()
        return BoxEnded(ending, message)

    def _signal_and_wait(self) -> None:
        try:
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._collect_evidence()

    def _ended(self) -> BoxEnded:
        """The socket closed. What the supervisor saw says why, whatever the box claimed."""
        # Let it end by itself, so that its own ending is reported and not ours; a box that only
        # closed its socket is still there afterwards.
        poll = select.poll()
        poll.register(self._handle, select.POLLIN)
        poll.poll(_LAST_MOMENT_S * 1000)
        self._signal_and_wait()
        assert self.evidence is not None
        status = self.evidence["status"]
        limit = self._limits.total_cpu_s
        # The first process of a namespace is spared SIGXCPU and gets SIGKILL at the hard limit.
        over = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
        if over or (os.WIFSIGNALED(status) and self.evidence["cpu_s"] >= limit):
            return BoxEnded(
                Ending.TIMEOUT, f"it used more than {limit} seconds of processor time in all"
            )
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            return BoxEnded(Ending.CRASHED, f"the process was ended by signal {number}")
        # Its exit status is not said: a byte of a hidden input would fit into it.
        return BoxEnded(Ending.CRASHED, "the process ended itself")

    def _collect_evidence(self) -> None:
        try:
            report = json.loads(self._status.recv(4096) or b"{}")
        except (OSError, ValueError) as error:
            raise SandboxFault("the supervisor of a box did not report its end") from error
        if "status" not in report:
            raise SandboxFault("the supervisor of a box ended before the box")
        self.evidence = report


def framed(number: int, request: dict[str, Any]) -> list[memoryview]:
    """The frame of a box's `number`th request, counted from 1."""
    first, buffers = wire.encode({"id": number, **request})
    return [memoryview(first), *buffers]


def _answers(answer: dict[Any, Any], number: int) -> bool:
    """Whether it is an answer to this request. Types first: an array's `==` is no bool."""
    typed = type(answer.get("status")) is str and type(answer.get("id")) is int
    return typed and answer["id"] == number


def _pid_of(handle: int) -> int:
    """The process's number as seen from here; only clocks are read by it, signals use `handle`."""
    with open(f"/proc/self/fdinfo/{handle}") as file:
        for line in file:
            if line.startswith("Pid:"):
                return int(line.split()[1])
    raise SandboxFault("a pidfd without a process")
