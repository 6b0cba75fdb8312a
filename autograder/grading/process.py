"""Trusted side. A process in which submissions are judged, under limits of its own.

What a submission answers is read and compared here. If that leads to an endless comparison or to
gigabytes, it ends with this process, which also has no network.
"""

import errno
import os
import resource
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.connection import Connection
from threading import Thread
from typing import TypeVar

import pyseccomp

from autograder.config import JUDGING_CPU_S, JUDGING_MEMORY_BYTES
from autograder.errors import AutograderError
from autograder.sandbox import Sandbox

Item = TypeVar("Item")
Answer = TypeVar("Answer")
# What it will need is imported at once, while the fork-servers import theirs.
_START = "import autograder.grading.one; from autograder.grading.process import main; main()"
_STDERR = 2
_LOCAL = (socket.AF_UNIX, socket.AF_NETLINK)  # bubblewrap asks the kernel over netlink
_FAMILIES = range(1, 64)  # of sockets; Linux knows fewer


class ProcessEnded(Exception):  # noqa: N818
    """The process has ended; what it worked on may be given to another one."""


class GraderProcess:
    """One process, which shares the fork-servers that `sandbox` has started."""

    def __init__(self, sandbox: Sandbox) -> None:
        controls = {flavour: control.fileno() for flavour, control in sandbox.controls().items()}
        self.shares = controls.keys()  # the fork-servers that had been started by then
        with ExitStack() as undo, ExitStack() as handed_over:
            ours, theirs = socket.socketpair()
            self._connection = undo.enter_context(Connection(ours.detach()))
            handed_over.enter_context(theirs)
            watched, lifeline = os.pipe()
            undo.callback(os.close, lifeline)
            handed_over.callback(os.close, watched)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, str(theirs.fileno()), str(watched)],
                pass_fds=[theirs.fileno(), watched, *controls.values()],
                stdin=subprocess.DEVNULL,
                stdout=_STDERR,  # what is printed by mistake must not get into a report
            )
            undo.callback(self._process.wait)
            undo.callback(self.kill)
            self._send((sandbox.course_root, sandbox.isolate, controls))
            self._give_back = undo.pop_all()

    def run(self, work: Callable[[Sandbox, Item], Answer], item: Item) -> Answer:
        """`work(sandbox, item)` in that process. What it raises is raised here.

        Raises:
            ProcessEnded: if the process was killed or used up its limits.
        """
        self._send((work, item))
        try:
            error, answer = self._connection.recv()
        except (EOFError, OSError):
            raise ProcessEnded from None
        if error is not None:
            raise error
        result: Answer = answer
        return result

    def kill(self) -> None:
        """End it, no matter what it does; a caller that waits for it gets ProcessEnded."""
        self._process.kill()

    def close(self) -> None:
        """End it and give everything back."""
        self._give_back.close()

    def _send(self, message: object) -> None:
        try:
            self._connection.send(message)
        except OSError:
            raise ProcessEnded from None


def main() -> None:
    """The process itself: judge what comes until the connection is closed."""
    requests, lifeline = Connection(int(sys.argv[1])), int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the asking process handles it, and ends this one
    Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    course_root, isolate, controls = requests.recv()
    sandbox = Sandbox(
        course_root,
        isolate=isolate,
        controls={flavour: socket.socket(fileno=fd) for flavour, fd in controls.items()},
    )
    if isolate:
        restrain()
    while True:
        try:
            work, item = requests.recv()
        except EOFError:
            sandbox.close()
            return
        allow_time()
        requests.send(_outcome(work, sandbox, item))


def restrain() -> None:
    """Take the network from this process for good, and bound its memory."""
    _lower(resource.RLIMIT_AS, JUDGING_MEMORY_BYTES)
    _lower(resource.RLIMIT_CORE, 0)
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for family in _FAMILIES:
        if family not in _LOCAL:
            is_family = pyseccomp.Arg(0, pyseccomp.EQ, family)
            rules.add_rule(pyseccomp.ERRNO(errno.EACCES), "socket", is_family)
    rules.load()


def allow_time() -> None:
    """Bound the processor time that may be used from now on; the kernel ends what uses more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, JUDGING_CPU_S + int(used.ru_utime + used.ru_stime))


def _lower(limit: int, value: int) -> None:
    """Set the soft limit alone, so that a fork-server started from here can have its own."""
    _, most = resource.getrlimit(limit)
    resource.setrlimit(limit, (value if most == resource.RLIM_INFINITY else min(value, most), most))


def _outcome(
    work: Callable[[Sandbox, Item], Answer], sandbox: Sandbox, item: Item
) -> tuple[Exception | None, Answer | None]:
    try:
        return None, work(sandbox, item)
    except Exception as error:  # noqa: BLE001  # it is raised again by who asked
        if not isinstance(error, AutograderError):
            error.add_note(traceback.format_exc())
        return error, None


def _end_with(lifeline: int) -> None:
    """End this process when the one that asks it is gone, even if that was killed."""
    try:
        os.read(lifeline, 1)
    finally:
        os._exit(1)
