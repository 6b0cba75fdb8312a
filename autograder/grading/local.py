"""Trusted side. Work on many submissions, side by side: where it is done and in which order."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Protocol, TypeVar

from autograder.config import Flavour
from autograder.course.layout import Assignment
from autograder.grading.process import GraderProcess, ProcessEnded
from autograder.sandbox import Sandbox

Item = TypeVar("Item")
Answer = TypeVar("Answer")
_WORTH_A_PROCESS = 4  # items: it starts within seconds, not at once
AHEAD = 2  # items a process, one of them waiting; more would only fill memory
_TRIES = 2  # a process may also have been ended by somebody else


class Engine(Protocol):
    """Where submissions are graded."""

    @property
    def isolation(self) -> str:
        """What boxes of this engine have, as far as is known by now."""

    def each(
        self,
        assignment: Assignment,
        work: Callable[[Assignment, Sandbox, Item], Answer],
        items: Iterable[Item],
        lost: Callable[[Item], Answer],
    ) -> Iterator[tuple[Item, Answer]]:
        """`work(assignment, sandbox, item)` for every item, in the order in which they are done.

        `work`, items and answers must be picklable; items are taken as there is room for them.
        `lost` answers for an item that ended the process that worked on it, twice.
        """


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Graders:
    """`jobs` processes of this machine, which judge under limits of their own.

    They share the caller's fork-servers, so that expensive imports are made once. `expecting` says
    which of these each item will need, if any; they start at once, while the caller does other
    things.
    """

    def __init__(
        self, sandbox: Sandbox, *, jobs: int = 1, expecting: Iterable[Flavour | None] = ()
    ) -> None:
        expected = list(expecting)
        self._sandbox = sandbox
        self._jobs = max(1, min(jobs, len(expected) // _WORTH_A_PROCESS))
        self._processes: list[GraderProcess] = []
        self._idle: SimpleQueue[GraderProcess] = SimpleQueue()
        self._unwanted = False
        for flavour in {flavour for flavour in expected if flavour}:
            sandbox.start(flavour)
        for _ in range(self._jobs if expected else 0):
            self._idle.put(self._another())

    @property
    def isolation(self) -> str:
        """See Engine."""
        return self._sandbox.isolation

    def each(
        self,
        assignment: Assignment,
        work: Callable[[Assignment, Sandbox, Item], Answer],
        items: Iterable[Item],
        lost: Callable[[Item], Answer],
    ) -> Iterator[tuple[Item, Answer]]:
        """See Engine."""
        self._sandbox.wait()
        self._unwanted = False
        try:
            yield from self._side_by_side(partial(work, assignment), items, lost)
        except BaseException:
            self.close()
            raise

    def one(
        self,
        assignment: Assignment,
        work: Callable[[Assignment, Sandbox, Item], Answer],
        item: Item,
        lost: Callable[[Item], Answer],
    ) -> Answer:
        """`each` for a single item."""
        ((_, answer),) = self.each(assignment, work, [item], lost)
        return answer

    def close(self) -> None:
        """End the processes; those that are wanted again start again."""
        self._idle = SimpleQueue()
        while self._processes:
            self._processes.pop().close()

    def _side_by_side(
        self,
        work: Callable[[Sandbox, Item], Answer],
        items: Iterable[Item],
        lost: Callable[[Item], Answer],
    ) -> Iterator[tuple[Item, Answer]]:
        with ThreadPoolExecutor(self._jobs) as threads:
            started = ((item, threads.submit(self._judged, work, item, lost)) for item in items)
            try:
                for item, future in as_they_come(started, self._jobs * AHEAD):
                    yield item, future.result()
            except BaseException:  # what the others work on is no longer wanted
                self._unwanted = True
                threads.shutdown(wait=False, cancel_futures=True)
                for process in self._processes:
                    process.kill()
                raise

    def _judged(
        self, work: Callable[[Sandbox, Item], Answer], item: Item, lost: Callable[[Item], Answer]
    ) -> Answer:
        for _ in range(_TRIES):
            process = self._free()
            try:
                answer = process.run(work, item)
            except ProcessEnded:
                if self._unwanted:
                    raise
                self._processes.remove(process)
                process.close()
                continue
            self._idle.put(process)
            return answer
        return lost(item)

    def _free(self) -> GraderProcess:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._another()

    def _another(self) -> GraderProcess:
        process = GraderProcess(self._sandbox)
        self._processes.append(process)
        return process


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
