"""Trusted side. Work on many submissions, side by side: where it is done and in which order."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Lock, current_thread, main_thread
from typing import Generic, Protocol, TypeVar

from autograder.config import Flavour
from autograder.course.layout import Assignment
from autograder.grading.process import GraderProcess, ProcessEnded
from autograder.sandbox import Sandbox

Item = TypeVar("Item")
Answer = TypeVar("Answer")
_WORTH_A_PROCESS = 4  # items: it starts within seconds, not at once
AHEAD = 2  # items for each process, one of them waiting; more would fill memory
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_WAIT_S = 0.1  # until a signal that came meanwhile is handled
_TRIES = 2  # a process may also have been ended by somebody else


def _nothing(_: object) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Generic[Item, Answer]):
    """What is done with each of many items. `do`, items and answers must be picklable.

    `lost` answers for an item that ended the process that worked on it, twice; `known` for one
    with which nothing needs to be done, else it says None.
    """

    do: Callable[[Assignment, Sandbox, Item], Answer]
    lost: Callable[[Item], Answer]
    known: Callable[[Item], Answer | None] = _nothing


class Engine(Protocol):
    """Where submissions are graded."""

    @property
    def isolation(self) -> str:
        """What boxes of this engine have, as far as is known by now."""

    def expect(self, flavour: Flavour | None) -> None:
        """An item will come that needs this fork-server, or none: start what it needs.

        That becomes ready while the caller does other things.
        """

    def each(
        self, assignment: Assignment, work: Work[Item, Answer], items: Iterable[Item]
    ) -> Iterator[tuple[Item, Answer]]:
        """Every item with its answer, in the order in which they are done.

        Items are taken as there is room for them. One whose answer is known comes back at once.
        """


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Graders:
    """Up to `jobs` processes of this machine, which judge under limits of their own.

    They share the caller's fork-servers, so that the expensive imports are made once. `items` is
    how many there will be at most; for a few of them more than one process is not worth its start.
    """

    def __init__(self, sandbox: Sandbox, *, jobs: int = 1, items: int = 1) -> None:
        self._sandbox = sandbox
        self._jobs = max(1, min(jobs, items // _WORTH_A_PROCESS))
        self._expected: Counter[Flavour | None] = Counter()
        self._processes: list[GraderProcess] = []
        self._idle: SimpleQueue[GraderProcess] = SimpleQueue()
        self._starting = Lock()  # threads start and share what is there once
        self._unwanted = False

    @property
    def isolation(self) -> str:
        """See Engine."""
        return self._sandbox.isolation

    def expect(self, flavour: Flavour | None) -> None:
        """See Engine."""
        self._expected[flavour] += 1
        wanted = min(self._jobs, max(1, self._expected.total() // _WORTH_A_PROCESS))
        if self._expected[flavour] > 1 and len(self._processes) >= wanted:
            return
        with self._starting:
            if flavour is not None:
                self._sandbox.start(flavour)
            while len(self._processes) < wanted:
                self._idle.put(self._another())

    def each(
        self, assignment: Assignment, work: Work[Item, Answer], items: Iterable[Item]
    ) -> Iterator[tuple[Item, Answer]]:
        """See Engine."""
        self._unwanted = False
        try:
            yield from self._side_by_side(assignment, work, items)
        except BaseException:
            self.close()
            raise

    def one(self, assignment: Assignment, work: Work[Item, Answer], item: Item) -> Answer:
        """`each` for a single item."""
        ((_, answer),) = self.each(assignment, work, [item])
        return answer

    def close(self) -> None:
        """End the processes; those that are wanted again start again."""
        self._stop()
        self._idle = SimpleQueue()
        while self._processes:
            self._processes.pop().close()

    def _side_by_side(
        self, assignment: Assignment, work: Work[Item, Answer], items: Iterable[Item]
    ) -> Iterator[tuple[Item, Answer]]:
        room, waiting = self._jobs * AHEAD, {}
        with ThreadPoolExecutor(self._jobs) as threads:
            try:
                for item in items:
                    answer = work.known(item)
                    if answer is None:
                        with self._starting:
                            self._sandbox.wait()
                        with signals_later():
                            future = threads.submit(self._answer, assignment, work, item)
                        waiting[future] = item
                    else:
                        yield item, answer
                    yield from _finished(waiting, block=len(waiting) >= room)
                while waiting:
                    yield from _finished(waiting, block=True)
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                self._stop()
                raise

    def _stop(self) -> None:
        """What is worked on is no longer wanted; none of it is given to another process."""
        with self._starting:
            self._unwanted = True
            for process in self._processes:
                process.kill()

    def _answer(self, assignment: Assignment, work: Work[Item, Answer], item: Item) -> Answer:
        for _ in range(_TRIES):
            process = self._free()
            try:
                answer = process.run(partial(work.do, assignment), item)
            except ProcessEnded:
                with self._starting:
                    if self._unwanted:
                        raise
                    self._end(process)
                continue
            self._idle.put(process)
            return answer
        return work.lost(item)

    def _free(self) -> GraderProcess:
        """A process that has nothing to do and shares every fork-server that there is."""
        with self._starting:
            if self._unwanted:
                raise ProcessEnded
            process = self._another() if self._idle.empty() else self._idle.get()
            if process.shares != self._sandbox.controls().keys():
                self._end(process)
                process = self._another()
        return process

    def _another(self) -> GraderProcess:
        process = GraderProcess(self._sandbox)
        self._processes.append(process)
        return process

    def _end(self, process: GraderProcess) -> None:
        self._processes.remove(process)
        process.close()


def _finished(waiting: dict[Future[Answer], Item], *, block: bool) -> Iterator[tuple[Item, Answer]]:
    """Take out what is done by now; to `block` is to wait until something is."""
    done: set[Future[Answer]] = set()
    while not done:
        with signals_later():
            timeout = _WAIT_S if block else 0
            done, _ = wait(waiting, timeout=timeout, return_when=FIRST_COMPLETED)
        if not block:
            break
    for future in done:
        yield waiting.pop(future), future.result()


@contextmanager
def signals_later() -> Iterator[None]:
    """Handle signals at the end of the block.

    Python's executors are not made for exceptions from handlers: one that comes while a lock is
    taken leaves it taken, and then no thread of theirs ever ends.
    """
    came: list[int] = []
    if current_thread() is not main_thread():  # which alone handles signals
        yield
        return
    before = {n: signal.signal(n, lambda number, _: came.append(number)) for n in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])
