"""A real Dask scheduler with two real workers."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import SCRIPTS


@dataclass(frozen=True, kw_only=True)
class Machines:
    """A scheduler's address and the processes of its workers."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def dask(folder: Path, *, path: str) -> Iterator[Machines]:
    """A scheduler and two workers that find programs in `path`, in a folder of their own."""
    folder.mkdir()
    file = folder / "scheduler.json"
    common = ["--no-dashboard", "--scheduler-file", str(file)]
    commands = [
        [str(SCRIPTS / "dask"), "scheduler", "--host", "127.0.0.1", "--port", "0", *common],
        *([str(SCRIPTS / "dask"), "worker", "--nthreads", "1", "--no-nanny", *common],) * 2,
    ]
    processes: list[subprocess.Popen[bytes]] = []
    with (folder / "log").open("wb") as log:
        try:
            for command in commands:
                environment = {**os.environ, "PATH": path if processes else os.environ["PATH"]}
                processes.append(
                    subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
                )
                while not file.is_file():
                    assert processes[0].poll() is None, (folder / "log").read_text()
                    time.sleep(0.05)
            while (folder / "log").read_text().count("Registered to:") < 2:
                assert all(process.poll() is None for process in processes)
                time.sleep(0.05)
            address = json.loads(file.read_text())["address"]
            yield Machines(address=address, workers=processes[1:])
        finally:
            for process in processes:
                process.kill()
            for process in processes:
                process.wait()
