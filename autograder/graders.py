"""Trusted side. Work on many submissions, side by side: each process has its own fork-servers."""

import atexit
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from autograder.sandbox import Sandbox

Item = TypeVar("Item")
Answer = TypeVar("Answer")
_WORTH_A_PROCESS = 4  # items: it starts within seconds, not at once
_sandbox: Sandbox | None = None


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Graders:
    """`jobs` processes for one course; a single one is this process, with the caller's sandbox."""

    def __init__(self, sandbox: Sandbox, *, jobs: int = 1) -> None:
        self._sandbox, self._jobs = sandbox, jobs

    def each(
        self,
        work: Callable[[Sandbox, Item], Answer],
        items: Sequence[Item],
        lost: Callable[[Item], Answer],
    ) -> Iterator[Answer]:
        """`work` for every item, in the order in which they are done.

        `work`, items and answers must be picklable. `lost` answers for an item that ended the
        process that worked on it, twice: the second time it was alone.
        """
        jobs = min(self._jobs, len(items) // _WORTH_A_PROCESS)
        if jobs <= 1:
            for item in items:
                yield work(self._sandbox, item)
            return
        left = dict(enumerate(items))
        try:
            for number, answer in self._side_by_side(work, left, jobs):
                del left[number]
                yield answer
        except BrokenProcessPool:
            for number, item in left.items():
                try:
                    yield from (a for _, a in self._side_by_side(work, {number: item}, 1))
                except BrokenProcessPool:
                    yield lost(item)

    def _side_by_side(
        self, work: Callable[[Sandbox, Item], Answer], items: dict[int, Item], jobs: int
    ) -> Iterator[tuple[int, Answer]]:
        start = partial(_open, self._sandbox.course_root, self._sandbox.isolate)
        pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=start)
        try:
            waiting: dict[Future[Answer], int] = {
                pool.submit(_run, work, item): number for number, item in items.items()
            }
            for done in as_completed(waiting):
                yield waiting[done], done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _open(course_root: Path, isolate: bool) -> None:
    """Begin a process: an interrupt is the parent's to handle, which lets this one finish."""
    global _sandbox
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _sandbox = Sandbox(course_root, isolate=isolate)
    atexit.register(_sandbox.close)


def _run(work: Callable[[Sandbox, Item], Answer], item: Item) -> Answer:
    assert _sandbox is not None
    return work(_sandbox, item)
