"""Trusted side. What a box has used: processor time, and time in which it did nothing."""

import time
from dataclasses import dataclass
from pathlib import Path

# Between two looks; in a longer one we were stopped, or the machine was, which proves nothing.
_LONGEST_GAP_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Seconds since the request was sent: computing, seen asleep, and not computing at all.

    `waited_s` holds `idle_s` and whatever else was neither computing nor waiting for a processor.
    """

    cpu_s: float
    idle_s: float
    waited_s: float


class Clock:
    """Measures what the box has used since the clock was made.

    Time spent waiting for a processor or for a disk is not held against the submission: it is idle
    only while every thread of it was seen asleep.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._cpu_clock = cpu_clock(pid)
        self._wall = self._last_read = time.monotonic()
        self._cpu, self._queued = self._used()
        self._seen_s = self._asleep_s = 0.0

    def wall_s(self) -> float:
        """Seconds since the clock was made."""
        return time.monotonic() - self._wall

    def read(self) -> Usage:
        """What was used so far; read it often, since idle is what was seen when it was read."""
        cpu, queued = self._used()
        now = time.monotonic()
        seen_s = min(now - self._last_read, _LONGEST_GAP_S)
        self._seen_s += seen_s
        if self._asleep():
            self._asleep_s += seen_s
        self._last_read = now
        cpu_s = max(0.0, cpu - self._cpu)
        waited_s = max(0.0, self._seen_s - cpu_s - max(0.0, queued - self._queued))
        return Usage(cpu_s=cpu_s, idle_s=min(waited_s, self._asleep_s), waited_s=waited_s)

    def _used(self) -> tuple[float, float]:
        """Seconds of processor time, and seconds of waiting for a processor."""
        try:
            queued = int(Path(f"/proc/{self._pid}/schedstat").read_bytes().split()[1]) / 1e9
            return time.clock_gettime(self._cpu_clock), queued
        except OSError:
            return 0.0, 0.0  # it has just ended; the socket will say so

    def _asleep(self) -> bool:
        """Whether no thread runs, waits for a processor or for a disk."""
        try:
            tasks = Path(f"/proc/{self._pid}/task").iterdir()
            return all(_state(task / "stat") == b"S" for task in tasks)
        except OSError:
            return False  # a thread has just ended, so something was done


def cpu_clock(pid: int) -> int:
    """The number by which `time.clock_gettime` knows a process's processor time."""
    return (~pid << 3) | 2  # the kernel's MAKE_PROCESS_CPUCLOCK


def _state(stat: Path) -> bytes:
    return stat.read_bytes().rpartition(b")")[2].split()[0]
