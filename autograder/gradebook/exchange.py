"""Trusted side. What `nbgrader collect` runs to copy what students submitted."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbgrader.exchange.default import ExchangeCollect

from autograder.handed_in import NoOrdinaryFile, read_ordinary


class CollectOrdinaryFiles(ExchangeCollect):  # type: ignore[misc]
    """nbgrader's own, but it follows no link and waits for no pipe; what it leaves out it names.

    A student owns the folder that is collected and may change it meanwhile. So ordinary files are
    first taken out of it, through folders that are held open, and nbgrader copies those.
    """

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        with TemporaryDirectory() as room:
            taken = Path(room, "taken")
            try:
                self._take(src, taken)
            except (OSError, RecursionError) as error:  # folders within folders without end
                self.log.error("Not collected: %s: %s", src, error)
                return
            super().do_copy(str(taken), dest, log)

    def _take(self, src: str, taken: Path) -> None:
        """Copy a folder's ordinary files.

        Raises:
            OSError: if it is no folder, or has more than nbgrader takes of one student.
        """
        if os.path.islink(src) or not os.path.isdir(src):
            raise NoOrdinaryFile("it is a link, or no folder")
        left_b = 1_000 * self.coursedir.max_dir_size
        for place, folders, files, here in os.fwalk(src):
            into = taken / os.path.relpath(place, src)
            into.mkdir()
            links = [name for name in folders if os.path.islink(os.path.join(place, name))]
            for name in [*files, *links]:
                content = self._content(name, here, place)
                if content is not None:
                    (into / name).write_bytes(content)
                    left_b -= len(content)
                if left_b < 0:
                    raise OSError("it is larger than CourseDirectory.max_dir_size allows")

    def _content(self, name: str, here: int, place: str) -> bytes | None:
        """The bytes of a file in the open folder `here`; None if it is to be left out."""
        try:
            content = read_ordinary(name, 1_000 * self.coursedir.max_file_size, within=here)
        except NoOrdinaryFile:
            why = "it is a link, a pipe or a device"
        except OSError as error:
            why = f"{error.strerror}"
        else:
            if content is not None:
                return content
            why = "it is larger than CourseDirectory.max_file_size allows"
        self.log.warning("Not collected: %s: %s", os.path.join(place, name), why)
        return None
