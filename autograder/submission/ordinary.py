"""Trusted side. Opens what students handed in: only ordinary files, of limited size.

A link may lead to somebody else's file; a pipe or a device may never end. A hard link cannot be
told from a file, so it is read as one: the system lets nobody make one to a file that they may not
write, nbgrader copies what it collects, and programs that save space link equal honest files.
"""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


class NoOrdinaryFile(OSError):  # noqa: N818
    """A link, a folder, a pipe, a socket or a device."""


def open_ordinary(path: Path | str, *, within: int | None = None) -> BinaryIO:
    """A file to read; `path` may be relative to an open folder, `within`.

    Raises:
        NoOrdinaryFile: if it is something else; it is not followed, waited for or read.
        OSError: if it is not there or cannot be opened.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=within)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # a link, a socket
            raise NoOrdinaryFile(error.errno, error.strerror, str(path)) from None
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NoOrdinaryFile(errno.EINVAL, "no ordinary file", str(path))
    return os.fdopen(handle, "rb")


def read_ordinary(path: Path | str, limit: int, *, within: int | None = None) -> bytes | None:
    """The content of a file, or None if it has more than `limit` bytes.

    Raises:
        NoOrdinaryFile, OSError: as `open_ordinary`.
    """
    with open_ordinary(path, within=within) as file:
        if os.fstat(file.fileno()).st_size > limit:
            return None
        content = file.read(limit + 1)  # it may have grown
    return content if len(content) <= limit else None
