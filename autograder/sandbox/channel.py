"""Trusted side. The request socket of a box. Every wait on it holds the limits."""

import select
import socket
import time
from collections.abc import Sequence

from autograder import wire
from autograder.config import Limits
from autograder.sandbox.clock import Clock, Usage
from autograder.sandbox.output import Output

_TICK_S = 0.05
_AT_A_TIME = 1 << 20


class OverLimit(Exception):  # noqa: N818
    """The box used more than it may; the text says of what."""


class Channel:
    """Sends requests to one box and receives answers; reads meanwhile what the box prints."""

    def __init__(self, request: socket.socket, output: Output, limits: Limits, pid: int) -> None:
        """`pid` is the box's number as seen from here, by which its clocks are read."""
        request.setblocking(False)
        self._request, self._output, self._limits, self._pid = request, output, limits, pid
        self._looked = 0.0
        self._idle_s = self._waited_s = 0.0

    def exchange(self, request: Sequence[memoryview], *, cpu_s: float) -> tuple[object, bytes]:
        """Send a frame; the value that is answered, and the frame that it came in.

        Raises:
            OverLimit: over `cpu_s` seconds of processor time, or too long idle.
            wire.WireClosed: the box hung up.
            wire.WireError: what came is not a frame of data, or is too large.
        """
        clock, came = Clock(self._pid), []

        def read(count: int) -> bytearray:
            came.append(self._read(count, clock, cpu_s))
            return came[-1]

        try:
            for part in request:
                self._send(part, clock, cpu_s)
            answer = wire.receive(read, max_body=self._limits.reply_bytes)
        except (BrokenPipeError, ConnectionResetError):
            raise wire.WireClosed from None
        if clock.wall_s() >= _TICK_S:  # a shorter time is not worth the reading
            usage = clock.read()
            self._idle_s += usage.idle_s
            self._waited_s += usage.waited_s
        return answer, b"".join(came)

    def close(self) -> None:
        """Hang up."""
        self._request.close()

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
                part = self._request.recv(min(count - len(data), _AT_A_TIME))
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
            if self._output.fileno() in ready:
                self._output.drain()
                if ready[self._output.fileno()] & select.POLLHUP:
                    poll.unregister(self._output)
            if time.monotonic() - self._looked >= _TICK_S:  # also while bytes keep dripping in
                self._looked = time.monotonic()
                self._hold_limits(clock.read(), cpu_s)
            if self._request.fileno() in ready:
                return

    def _hold_limits(self, usage: Usage, cpu_s: float) -> None:
        limits = self._limits
        if usage.cpu_s > cpu_s:
            raise OverLimit(f"it was still computing after {cpu_s:g} seconds of processor time")
        if usage.idle_s > limits.idle_s:
            raise OverLimit(f"it did nothing for {limits.idle_s:g} seconds (sleeping or waiting)")
        if self._idle_s + usage.idle_s > limits.total_idle_s:
            raise OverLimit(f"it did nothing for {limits.total_idle_s:g} seconds in all")
        if self._waited_s + usage.waited_s > limits.waiting_s:
            raise OverLimit(f"it waited for {limits.waiting_s:g} seconds in all")
