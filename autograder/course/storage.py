"""Trusted side. Writes files whole or not at all, and keeps other processes out meanwhile."""

import fcntl
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.errors import Busy, StorageError

LOCKS = Path(".autograder", "locks")


@contextmanager
def holding(path: Path, busy: str | None = None) -> Iterator[None]:
    """Keep out other processes of this machine that take the same lock; wait for one that has it.

    Raises:
        Busy: with `busy`, if that is given and another one has the lock; nobody waits then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:  # closing gives it back, as the end of this process does
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
        except BlockingIOError:
            raise Busy(busy) from None
        yield


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replace `path` by a file with `content`; text is written as UTF-8.

    Raises:
        StorageError: for example on a full disk; `path` is then as it was before.
    """
    _write(path, content, 0o644, os.replace)


def replace_private(path: Path, content: str) -> None:
    """Like `write_atomically`, for what only the user may read."""
    _write(path, content, 0o600, os.replace)


def write_private_once(path: Path, content: str) -> None:
    """Make a private file unless it is there; of several writers the first one's content stays."""
    _write(path, content, 0o600, _link_unless_there)


def _link_unless_there(temporary: str, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass


def _write(path: Path, content: str | bytes, mode: int, put: Callable[[str, Path], None]) -> None:
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        put(temporary, path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def write_json(target: str | None, data: Any) -> None:
    """Write a report where `--json` says: a file, '-' for stdout, or nowhere."""
    if target == "-":
        sys.stdout.write(to_json(data))
    elif target is not None:
        write_atomically(Path(target), to_json(data))


def to_json(data: Any) -> str:
    """JSON as every command prints it: stable order, readable, any Unicode."""
    return json.dumps(data, indent=2, ensure_ascii=True) + "\n"
