"""Trusted side. Grades on a Dask cluster: submissions go out as bytes, results come back as data.

A worker is a trusted machine of the course's with this kit installed; it needs no course folder.
What it needs of one, hidden checks included, comes as a parcel once, into a folder that only its
user may enter. Student code runs there as it does here: sealed, in the worker's own warm
fork-server. A worker that cannot isolate, or that has another version, refuses.
"""

import atexit
import io
import shutil
import tempfile
import threading
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NoReturn, TypeVar

from distributed import Client, Future, KilledWorker, as_completed, get_worker

from autograder.config import Flavour
from autograder.course.dataset import DataStore
from autograder.course.layout import Assignment
from autograder.errors import ClusterError, SandboxUnavailable
from autograder.grading.fingerprint import engine_hash
from autograder.grading.local import AHEAD, Graders, Work
from autograder.sandbox import Sandbox
from autograder.sandbox.tiers import FULL

Item = TypeVar("Item")
Answer = TypeVar("Answer")
_CONNECT_S = 15
_only_one_starts = threading.Lock()  # a worker may have many threads


class _Lost(Exception):  # noqa: N818
    """A submission ended the process that judged it on a worker, twice."""


class Cluster:
    """The workers of a Dask scheduler.

    Raises:
        ClusterError: if no scheduler answers, or it has no worker.
    """

    isolation = FULL.name  # a worker may have another, which its results say

    def __init__(self, address: str, assignment: Assignment) -> None:
        try:
            self._client = Client(address, timeout=_CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"no Dask scheduler answers at {address} ({error}); start one with 'dask scheduler'"
            ) from None
        self._address = address
        # A task and not scattered data, which is lost with the workers that hold it.
        self._parcel = self._submit(bytes, _pack(assignment))

    def expect(self, flavour: Flavour | None) -> None:
        """See Engine. Workers start what they need when they need it."""

    def each(
        self, assignment: Assignment, work: Work[Item, Answer], items: Iterable[Item]
    ) -> Iterator[tuple[Item, Answer]]:
        """See Engine. If a worker dies, another one does its work."""
        waiting: dict[Future, Item] = {}
        room = self._room()
        done = as_completed(loop=self._client.loop)

        def finished(*, block: bool) -> Iterator[tuple[Item, Answer]]:
            for future in done.next_batch(block=block):
                item = waiting.pop(future)
                yield item, self._answer(future, item, work.lost)

        for item in items:
            answer = work.known(item)
            if answer is None:
                call = (self._parcel, engine_hash(), assignment, work.do, item)
                future = self._submit(_there, *call)
                waiting[future] = item
                done.add(future)
            else:
                yield item, answer
            yield from finished(block=len(waiting) >= room)
        while waiting:
            yield from finished(block=True)

    def _submit(self, function: Callable[..., object], *arguments: object) -> Future:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")  # a handed-in model
            return self._client.submit(function, *arguments, pure=False)

    def _room(self) -> int:
        threads: int = sum(self._client.nthreads().values())
        if not threads:
            raise ClusterError(
                f"the Dask scheduler at {self._address} has no worker; "
                f"start some with 'dask worker {self._address} --nthreads 1'"
            )
        return AHEAD * threads

    def _answer(self, future: Future, item: Item, lost: Callable[[Item], Answer]) -> Answer:
        error = future.exception()
        if isinstance(error, KilledWorker | _Lost):
            return lost(item)
        if future.status == "cancelled":
            raise ClusterError(
                f"the Dask scheduler at {self._address} is gone; what was graded is stored, "
                "so start it and run this again"
            )
        answer: Answer = future.result()
        return answer

    def close(self) -> None:
        """Leave the cluster; its workers go on."""
        self._client.close()


def _pack(assignment: Assignment) -> bytes:
    """What grading reads of a course, as a zip file."""
    root = assignment.root
    paths = [*assignment.source_folder.parent.glob("*.py")]
    paths += [path for part in assignment.parts for path in (part.source, part.release)]
    paths += [path for path in assignment.hidden.rglob("*") if path.suffix in (".py", ".toml")]
    if DataStore.declared_by(assignment):
        data = DataStore(assignment)
        folder = data.folder(data.graded_on)
        paths += [folder / "hidden.npz", folder / "manifest.json"]
    parcel = io.BytesIO()
    with zipfile.ZipFile(parcel, "w") as archive:
        for path in sorted(filter(Path.is_file, paths)):
            if not path.is_relative_to(root):
                raise ClusterError(
                    f"{path} is not in the folder of the course, and only that is sent to other "
                    "machines; move it there or grade without --scheduler"
                )
            archive.write(path, path.relative_to(root))
    return parcel.getvalue()


def _there(
    parcel: bytes,
    ours: str,
    assignment: Assignment,
    do: Callable[[Assignment, Sandbox, Item], Answer],
    item: Item,
) -> Answer:
    """Runs on a worker."""
    address = get_worker().address
    if engine_hash() != ours:
        raise ClusterError(
            f"the worker {address} has another version of this kit or its libraries; "
            "install there what is installed here"
        )
    with _only_one_starts:
        root = _unpacked(parcel)
        graders = _graders(root)
    try:
        work = Work(do=do, lost=_tell_of_loss)
        return graders.one(assignment.changed(root=root), work, item)
    except SandboxUnavailable as error:
        raise SandboxUnavailable(f"the worker {address} refuses: {error}") from None


def _tell_of_loss(_: object) -> NoReturn:
    raise _Lost


@cache
def _unpacked(parcel: bytes) -> Path:
    """A folder with what is in the parcel; it lives as long as the worker."""
    root = Path(tempfile.mkdtemp(prefix="autograder-"))  # nobody else may enter it
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(parcel)) as archive:
        archive.extractall(root)
    return root


@cache
def _graders(course_root: Path) -> Graders:
    sandbox = Sandbox(course_root)
    graders = Graders(sandbox)
    atexit.register(sandbox.close)
    atexit.register(graders.close)
    return graders
