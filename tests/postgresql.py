"""A real PostgreSQL server for the tests alone, in a temporary folder, removed afterwards."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

USER, PASSWORD = "grader", "sesame-4711"
_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server. `folder` holds its socket; a connection needs the password."""

    programs: Path
    folder: Path
    process: subprocess.Popen[bytes]

    def url(self, database: str, password: str = PASSWORD) -> str:
        return f"postgresql+psycopg2://{USER}:{password}@/{database}?host={self.folder}"

    def create_database(self, name: str, template: str = "template0") -> str:
        """Make a database, a copy of `template`; returns its URL."""
        command = [str(self.programs / "createdb"), "--host", str(self.folder)]
        command += ["--username", USER, "--template", template, name]
        subprocess.run(command, check=True, env={**os.environ, "PGPASSWORD": PASSWORD})
        return self.url(name)

    def answers(self) -> bool:
        command = [str(self.programs / "pg_isready"), "--quiet", "--host", str(self.folder)]
        return subprocess.run(command).returncode == 0

    def stop(self) -> None:
        """End it at once, and every connection with it."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server that ends with this process, however this process ends."""
    programs = _programs()
    # Not in pytest's own folder: a socket's path may have 107 bytes only.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:
        folder = Path(name)
        password = folder / "password"
        password.write_text(PASSWORD)
        if os.geteuid() == 0:
            for path in (folder, password):
                shutil.chown(path, "postgres", "postgres")
        make = [str(programs / "initdb"), "--pgdata", str(folder / "data"), "--no-sync"]
        make += ["--username", USER, "--pwfile", str(password), "--auth", "scram-sha-256"]
        make += ["--encoding", "UTF8", "--locale", "C"]
        made = subprocess.run(_as_postgres(make), cwd=folder, capture_output=True, text=True)
        assert made.returncode == 0, made.stdout + made.stderr
        start = [str(programs / "postgres"), "-D", str(folder / "data")]
        start += ["-c", "listen_addresses="]
        start += ["-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
        with (
            (folder / "log").open("w") as log,
            subprocess.Popen(_as_postgres(start), cwd=folder, stdout=log, stderr=log) as process,
        ):
            server = Server(programs=programs, folder=folder, process=process)
            try:
                while not server.answers():
                    assert process.poll() is None, (folder / "log").read_text()
                    time.sleep(0.05)
                yield server
            finally:
                server.stop()


def _programs() -> Path:
    """The newest server that Debian installed, or the one on the PATH."""
    installed = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = shutil.which("initdb")
    if found is not None:
        installed.insert(0, Path(found).resolve())
    if not installed:
        pytest.fail("PostgreSQL is not installed; as root: apt-get install postgresql")
    return installed[-1].parent


def _as_postgres(command: Sequence[str]) -> list[str]:
    """PostgreSQL refuses root; SIGQUIT, its immediate shutdown, comes when we are killed."""
    argv = ["setpriv", "--pdeathsig", "QUIT"]
    if os.geteuid() == 0:
        argv += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    return [*argv, *command]
