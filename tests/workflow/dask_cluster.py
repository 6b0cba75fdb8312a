"""A real Dask scheduler with two real workers."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import SCRIPTS


class Machines:
    """A scheduler and its workers, each a process of its own, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "log"
        self._file = folder / "scheduler.json"
        self._processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self._start(["scheduler", "--host", "127.0.0.1", "--port", "0"], path=os.environ["PATH"])
        self._wait(self._file.is_file)

    @property
    def address(self) -> str:
        """The scheduler's; its file is whole once a worker has read it."""
        address: str = json.loads(self._file.read_text())["address"]
        return address

    def add_workers(self, number: int, *, path: str) -> None:
        """Workers that find programs in `path`."""
        for _ in range(number):
            self.workers.append(self._start(["worker", "--nthreads", "1", "--no-nanny"], path=path))
        expected = len(self.workers)
        self._wait(lambda: self._log.read_text().count("Registered to:") >= expected)

    def kill(self) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()

    def _start(self, command: list[str], *, path: str) -> subprocess.Popen[bytes]:
        common = ["--no-dashboard", "--scheduler-file", str(self._file)]
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [str(SCRIPTS / "dask"), *command, *common],
                cwd=self._folder,
                env={**os.environ, "PATH": path},
                stdout=log,
                stderr=log,
            )
        self._processes.append(process)
        return process

    def _wait(self, there: Callable[[], bool]) -> None:
        while not there():
            assert self._processes[-1].poll() is None, self._log.read_text()
            time.sleep(0.05)


@contextmanager
def dask(folder: Path, *, path: str) -> Iterator[Machines]:
    """A scheduler and two workers that find programs in `path`."""
    folder.mkdir()
    machines = Machines(folder)
    try:
        machines.add_workers(2, path=path)
        yield machines
    finally:
        machines.kill()
