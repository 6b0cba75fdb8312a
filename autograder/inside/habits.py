"""Inside. What notebooks expect of Jupyter, where a sandbox with one process can give it.

A shell line is left out with a note and the rest goes on; pools of processes become pools of
threads; a program that is started all the same fails with a message that names the sandbox. None of
this protects anything: that is the system call filter's, which stays as it is.
"""

# ruff: noqa: SLF001 - asyncio and subprocess have no public door to what is replaced here

import concurrent.futures
import importlib
import multiprocessing
import multiprocessing.context
import multiprocessing.pool
import multiprocessing.process
import os
import subprocess
import sys
from asyncio.selector_events import BaseSelectorEventLoop
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from IPython.utils.text import SList

_REFUSED = "the grader's sandbox starts no other process"
_PROGRAMS = ("script", "bash", "sh", "perl", "ruby", "python2", "python3", "python", "pypy", "cmd")

_INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")


def settle_in(shell: Any) -> None:
    """Prepare this process for notebooks; after the fork, since the fork-server forks itself."""
    sys.path.insert(0, "")  # as in Jupyter: what a cell writes can be imported
    os.environ["JOBLIB_MULTIPROCESSING"] = "0"  # its pools work in turn then
    for name in _PROGRAMS:
        shell.register_magic_function(_left_out, "cell", name)
    for name in _INSTALLERS:
        shell.register_magic_function(left_out, "line", name)
    for owner, name, stand_in in (
        (BaseSelectorEventLoop, "_make_self_pipe", _wake_by_a_pipe),
        (os, "fork", _refuse),
        (os, "forkpty", _refuse),
        (subprocess.Popen, "_execute_child", _refuse),
        (multiprocessing.process.BaseProcess, "start", _refuse),
        (multiprocessing.context.BaseContext, "Pool", _pool_of_threads),
        (multiprocessing, "Pool", partial(_pool_of_threads, None)),
        (concurrent.futures, "ProcessPoolExecutor", _Threads),
    ):
        setattr(owner, name, stand_in)


def before_a_cell() -> None:
    """Let what the cell before has written be found."""
    importlib.invalidate_caches()


def left_out(command: str) -> None:
    """Say that a shell line was not run."""
    print(f"There is no shell in the grader; left out: {command.strip()[:200]}")


def no_output(command: str, *, split: bool = True) -> SList | str:
    """What a shell line gives that was not run."""
    left_out(command)
    return SList() if split else ""


def _left_out(line: str, cell: str) -> None:
    left_out(f"{line} {cell}")


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise PermissionError(_REFUSED)


def _pool_of_threads(
    _: Any,
    processes: int | None = None,
    initializer: Callable[..., Any] | None = None,
    initargs: tuple[Any, ...] = (),
    maxtasksperchild: int | None = None,  # noqa: ARG001 (a thread has nothing to be renewed)
) -> multiprocessing.pool.ThreadPool:
    return multiprocessing.pool.ThreadPool(processes, initializer, initargs)


class _Threads(concurrent.futures.ThreadPoolExecutor):
    """Stands for concurrent.futures.ProcessPoolExecutor."""

    def __init__(
        self,
        max_workers: int | None = None,
        mp_context: Any = None,  # noqa: ARG002 (threads have none)
        initializer: Callable[..., Any] | None = None,
        initargs: tuple[Any, ...] = (),
        **_: Any,
    ) -> None:
        super().__init__(max_workers, "", initializer, initargs)


class _PipeEnd:
    """As much of a socket as asyncio uses to wake its own loop."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def fileno(self) -> int:
        return self._fd

    def setblocking(self, blocking: bool) -> None:
        os.set_blocking(self._fd, blocking)

    def recv(self, count: int) -> bytes:
        return os.read(self._fd, count)

    def send(self, data: bytes) -> int:
        return os.write(self._fd, data)

    def close(self) -> None:
        os.close(self._fd)


def _wake_by_a_pipe(loop: Any) -> None:
    """As the loop's own, which has no public door, but without a pair of sockets."""
    loop._ssock, loop._csock = map(_PipeEnd, os.pipe())
    for end in (loop._ssock, loop._csock):
        end.setblocking(False)
    loop._internal_fds += 1
    loop._add_reader(loop._ssock.fileno(), loop._read_from_self)
