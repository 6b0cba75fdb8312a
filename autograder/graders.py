"""Trusted side. Work on many submissions, side by side: where it is done and in which order."""

import atexit
import os
import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from multiprocessing import active_children, forkserver, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socket
from threading import Thread
from typing import Protocol, TypeVar

from autograder.config import Flavour
from autograder.course import Assignment
from autograder.sandbox import Sandbox

Item = TypeVar("Item")
Answer = TypeVar("Answer")
_WORTH_A_PROCESS = 4  # items: it starts within seconds, not at once
AHEAD = 2  # items a process, one of them waiting; more would only fill memory
_sandbox: Sandbox | None = None


class Engine(Protocol):
    """Where submissions are graded."""

    isolation: str

    def each(
        self,
        assignment: Assignment,
        work: Callable[[Assignment, Sandbox, Item], Answer],
        items: Iterable[Item],
        lost: Callable[[Item], Answer],
    ) -> Iterator[tuple[Item, Answer]]:
        """`work(assignment, sandbox, item)` for every item, in the order in which they are done.

        `work`, items and answers must be picklable; items are taken as there is room for them.
        `lost` answers for an item that ended the process that worked on it, twice: the second time
        it was alone.
        """


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Graders:
    """`jobs` processes of this machine; a single one is this process, with the caller's sandbox.

    They share the caller's fork-servers, so that the dear imports are made once. `expecting` says
    which of these each item will need, if any; they start at once, while the caller does other
    things.
    """

    def __init__(
        self, sandbox: Sandbox, *, jobs: int = 1, expecting: Iterable[Flavour | None] = ()
    ) -> None:
        expected = list(expecting)
        self._sandbox, self._jobs = sandbox, min(jobs, len(expected) // _WORTH_A_PROCESS)
        self.isolation = sandbox.isolation
        self._processes = get_context("forkserver")
        for flavour in {flavour for flavour in expected if flavour}:
            sandbox.start(flavour)
        if self._jobs > 1:
            self._processes.set_forkserver_preload([__name__, "autograder.grading"])
            forkserver.ensure_running()

    def each(
        self,
        assignment: Assignment,
        work: Callable[[Assignment, Sandbox, Item], Answer],
        items: Iterable[Item],
        lost: Callable[[Item], Answer],
    ) -> Iterator[tuple[Item, Answer]]:
        """See Engine."""
        if self._jobs <= 1:
            for item in items:
                yield item, work(assignment, self._sandbox, item)
            return
        left, work_here = iter(items), partial(work, assignment)
        while broken := (yield from self._until_one_breaks(work_here, left, self._jobs)):
            for item in broken:
                if (yield from self._until_one_breaks(work_here, iter([item]), 1)):
                    yield item, lost(item)

    def _until_one_breaks(
        self, work: Callable[[Sandbox, Item], Answer], items: Iterator[Item], jobs: int
    ) -> Generator[tuple[Item, Answer], None, list[Item]]:
        """Answers as they come. Returns the items that were under way when a process ended."""
        sandbox = self._sandbox
        theirs, ours = self._processes.Pipe(duplex=False)
        start = partial(_open, sandbox.course_root, sandbox.isolate, sandbox.controls(), theirs)
        pool = ProcessPoolExecutor(jobs, mp_context=self._processes, initializer=start)
        broken: list[Item] = []

        def started() -> Iterator[tuple[Item, Future[Answer]]]:
            for item in items:
                try:
                    future = pool.submit(_run, work, item)
                except BrokenProcessPool:
                    broken.append(item)
                    return
                yield item, future

        try:
            for item, future in as_they_come(started(), jobs * AHEAD):
                if isinstance(future.exception(), BrokenProcessPool):
                    broken.append(item)
                else:
                    yield item, future.result()
        except BaseException:
            for process in active_children():  # nobody wants what they are at any more
                process.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
            ours.close()
        return broken


def as_they_come(
    started: Iterator[tuple[Item, Future[Answer]]], room: int
) -> Iterator[tuple[Item, Future[Answer]]]:
    """What is finished, with its item; never more than `room` pieces are under way."""
    waiting: dict[Future[Answer], Item] = {}
    while True:
        for item, future in islice(started, room - len(waiting)):
            waiting[future] = item
        if not waiting:
            return
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            yield waiting.pop(future), future


def _open(
    course_root: Path, isolate: bool, controls: dict[Flavour, socket], parent: Connection
) -> None:
    """Begin a process: an interrupt is the parent's to handle, which then ends this one."""
    global _sandbox
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(parent,), daemon=True).start()
    _sandbox = Sandbox(course_root, isolate=isolate, controls=controls)
    atexit.register(_sandbox.close)


def _end_with(parent: Connection) -> None:
    """End this process when the one that wants its answers is gone, killed even."""
    try:
        parent.recv()
    finally:
        os._exit(1)


def _run(work: Callable[[Sandbox, Item], Answer], item: Item) -> Answer:
    assert _sandbox is not None
    return work(_sandbox, item)
