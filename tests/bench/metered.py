"""Runs a program and measures it: wall time, processor time and memory of all its processes."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_S = 0.5
_MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Spent:
    """`cpu_s` holds all processes that were waited for; `peak_mib` the largest sum of a sample.

    `lines` are what it printed, each with the seconds since the start.
    """

    wall_s: float
    cpu_s: float
    peak_mib: float
    code: int
    lines: list[tuple[float, str]]


def run(command: Sequence[str | Path], folder: Path, environment: dict[str, str]) -> Spent:
    """Run it to its end, whatever its exit code."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[tuple[float, str]] = []
    memory = _Memory(process.pid)
    assert process.stdout is not None
    try:
        lines.extend((time.perf_counter() - start, line.rstrip()) for line in process.stdout)
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        end_tree(process.pid)
        raise
    finally:
        memory.stop()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Spent(
        wall_s=time.perf_counter() - start,
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_mib=memory.peak / _MIB,
        code=process.returncode,
        lines=lines,
    )


class _Memory:
    """Samples what a process and its descendants hold, shared pages divided among sharers."""

    def __init__(self, pid: int) -> None:
        self._pid, self._done, self.peak = pid, threading.Event(), 0
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._done.wait(_SAMPLE_S):
            self.peak = max(self.peak, sum(map(share, tree(self._pid))))


def tree(root: int) -> list[int]:
    """The process and its descendants, as far as their parents are known."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(path.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def end_tree(root: int) -> None:
    """End the process and its descendants; a kernel outlives its parent otherwise."""
    for pid in reversed(tree(root)):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


def share(pid: int) -> int:
    """Bytes, shared pages divided among sharers; resident bytes if that may not be read."""
    folder = Path("/proc", str(pid))
    try:
        for line in (folder / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        with contextlib.suppress(OSError):
            return int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    return 0


def cpu_of_living(root: int) -> float:
    """Processor seconds of the descendants that live, without their own children."""
    ticks = 0
    for pid in tree(root)[1:]:
        with contextlib.suppress(OSError):
            fields = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
