"""Trusted side. How a box ended, by what its supervisor saw. Trusts nothing that the box says."""

import json
import os
import select
import signal
import socket
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from autograder.errors import SandboxFault

_REPORT_WAIT_S = 20.0
_LAST_MOMENT_S = 2.0
_MOST_BYTES = 4096


class Ending(StrEnum):
    """Why a box has ended."""

    TIMEOUT = "timeout"
    CRASHED = "crashed"


class BoxEnded(Exception):  # noqa: N818
    """The submission used up its limits, broke the protocol or ended its process."""

    def __init__(self, ending: Ending, message: str) -> None:
        """`message` says what it did, as a sentence without its subject's name."""
        super().__init__(message)
        self.ending = ending
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the kernel told the supervisor of an ended box: `wait4`'s status, processor time."""

    status: int
    cpu_s: float


class Supervisor:
    """The process that waits for a box. `evidence` is None as long as the box runs."""

    def __init__(self, status: socket.socket) -> None:
        """Wait for the box to be made; `status` is closed if it is not.

        Raises:
            SandboxFault: when no box was made.
        """
        self._status = status
        self.evidence: Evidence | None = None
        status.settimeout(_REPORT_WAIT_S)
        with ExitStack() as undo:
            undo.callback(status.close)
            try:
                message, handles, _, _ = socket.recv_fds(status, _MOST_BYTES, 1)
            except OSError as error:
                raise SandboxFault("the fork-server did not answer") from error
            for handle in handles:
                undo.callback(os.close, handle)
            if message != b"started" or len(handles) != 1:
                raise SandboxFault("the fork-server could not make a box")
            (self._handle,) = handles
            self.pid = _pid_of(self._handle)
            undo.pop_all()

    def kill(self) -> Evidence:
        """End the box, no matter what it does.

        Raises:
            SandboxFault: when the supervisor does not say how it ended.
        """
        try:
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it has ended already
        try:
            report = json.loads(self._status.recv(_MOST_BYTES) or b"{}")
        except (OSError, ValueError) as error:
            raise SandboxFault("the supervisor of a box did not report its end") from error
        if "status" not in report:
            raise SandboxFault("the supervisor of a box ended before the box")
        self.evidence = Evidence(status=report["status"], cpu_s=report["cpu_s"])
        return self.evidence

    def why_ended(self, total_cpu_s: int) -> BoxEnded:
        """The box hung up. What the supervisor saw says why, not what the box claimed."""
        # Let it end by itself, so that its own ending is reported and not ours; a box that only
        # closed its socket is still there afterwards.
        poll = select.poll()
        poll.register(self._handle, select.POLLIN)
        poll.poll(_LAST_MOMENT_S * 1000)
        evidence = self.kill()
        if not os.WIFSIGNALED(evidence.status):
            # Its exit status is not said: a byte of a hidden input would fit into it.
            return BoxEnded(Ending.CRASHED, "the process ended itself")
        number = os.WTERMSIG(evidence.status)
        # The first process of a namespace is spared SIGXCPU and gets SIGKILL at the hard limit.
        if number == signal.SIGXCPU or evidence.cpu_s >= total_cpu_s:
            return BoxEnded(
                Ending.TIMEOUT, f"it used more than {total_cpu_s} seconds of processor time in all"
            )
        return BoxEnded(Ending.CRASHED, f"the process was ended by signal {number}")

    def close(self) -> None:
        """Give the descriptors back; `kill` the box before."""
        self._status.close()
        os.close(self._handle)


def _pid_of(handle: int) -> int:
    """The process's number as seen from here; only clocks are read by it, signals use `handle`."""
    for line in Path(f"/proc/self/fdinfo/{handle}").read_text().splitlines():
        if line.startswith("Pid:"):
            return int(line.split()[1])
    raise SandboxFault("a pidfd without a process")
