"""Trusted side. What nbgrader runs to collect what students submitted, to list it, and to answer.

What nbgrader cannot make sense of in one student's folder ends its work for all of them. Here it is
named and left out, and the others go on. Paths are texts, as in nbgrader's own methods; os.path and
glob answer "no" where they may not look, and raise nothing.
"""

import glob
import os
import pwd
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbgrader.exchange.default import ExchangeCollect, ExchangeList, ExchangeReleaseFeedback

from autograder.gradebook.guards import guard_nbgrader
from autograder.gradebook.stamps import SECRET, STAMPS, forged_in, is_stamp, moment, stamp
from autograder.submission.ordinary import NoOrdinaryFile, read_ordinary

_NEVER = datetime.min

guard_nbgrader()  # nbgrader runs if this is imported, no matter who read the configuration


class CollectOrdinaryFiles(ExchangeCollect):
    """nbgrader's own, but it follows no link, waits for no pipe, and names what it leaves out.

    A student owns the folder that is collected and may change it meanwhile. So ordinary files are
    first taken out of it, through folders that are held open, and nbgrader copies those.
    """

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        """Find what is to be collected: only what has a student and a date."""
        super().init_src()
        self.src_records = [r for r in self.src_records if r["timestamp"] != _NEVER]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        """Student and date, from the name of a folder, which its maker chose.

        A folder that nbgrader did not name, or another user made, is treated as older than all
        others of this student: nbgrader itself would only warn, and one student could replace
        another's work.
        """
        name = os.path.basename(path)
        parts = name.rsplit("+", 3)
        student, when = parts[0], moment(parts[2])
        # Without a student it would lie among students; not every name can be shown or stored.
        if when is None or not student or not name.isprintable() or os.path.islink(path):
            self.log.error("Not collected: %r: nbgrader made no folder of this name", path)
            when = _NEVER
        elif self.check_owner and (owner := _owner(path)) != student:
            self.log.error(
                "Not collected: %r is owned by %s, not by %s. Where all students are one user of "
                "this machine, set c.ExchangeCollect.check_owner = False",
                path,
                owner,
                student,
            )
            when = _NEVER
        return {"username": student, "filename": name, "timestamp": when}

    def copy_files(self) -> None:
        """Collect one student after the other."""
        records = self.src_records
        if not records:
            super().copy_files()
        for record in records:
            self.src_records = [record]
            try:
                super().copy_files()
            except Exception as error:  # noqa: BLE001 - one student's folder; the others come
                path = os.path.join(self.inbound_path, record["filename"])
                self.log.error("Not collected: %s: %s", path, error)

    def do_copy(self, src: str, dest: str, log: object = None) -> None:
        """Copy what was taken out of `src`."""
        with TemporaryDirectory() as scratch:
            taken = Path(scratch, "taken")
            try:
                self._take(src, taken)
            except (OSError, RecursionError) as error:  # folders within folders without end
                self.log.error("Not collected: %s: %s", src, error)
                return
            super().do_copy(str(taken), dest, log)

    def _take(self, src: str, taken: Path) -> None:
        """Copy a folder's ordinary files.

        Raises:
            OSError: if it is not a folder, or has more than nbgrader takes of one student.
        """
        if os.path.islink(src) or not os.path.isdir(src):
            raise NoOrdinaryFile("it is a link, or no folder")
        left_b = 1_000 * self.coursedir.max_dir_size
        for folder, folders, files, here in os.fwalk(src):
            into = taken / os.path.relpath(folder, src)
            into.mkdir()
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            for name in [*files, *links]:
                content = self._content(name, here, folder, beside=folder == src)
                if content is not None:
                    (into / name).write_bytes(content)
                    left_b -= len(content)
                if left_b < 0:
                    raise OSError("it is larger than CourseDirectory.max_dir_size allows")

    def _content(self, name: str, here: int, folder: str, *, beside: bool) -> bytes | None:
        """The bytes of a file; None if it is to be left out.

        `here` is the open `folder`; `beside` is whether it is the notebook's, where nbgrader
        writes files of its own.
        """
        try:
            content = read_ordinary(name, 1_000 * self.coursedir.max_file_size, within=here)
        except NoOrdinaryFile:
            why = "it is a link, a pipe or a device"
        except OSError as error:
            why = f"{error.strerror}"
        else:
            if content is None:
                why = "it is larger than CourseDirectory.max_file_size allows"
            elif beside and name in STAMPS and not is_stamp(name, content):
                why = "nbgrader did not write it"
            else:
                return content
        self.log.warning("Not collected: %s: %s", os.path.join(folder, name), why)
        return None


def _owner(path: str) -> str:
    try:
        number = os.lstat(path).st_uid
    except OSError:
        return "nobody, since it is gone"  # a student may take a folder away at any moment
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


class ListOrdinarySubmissions(ExchangeList):
    """nbgrader's own; of what students submitted it opens secrets and notebooks."""

    assignments: list[str]

    def init_dest(self) -> None:
        """Find what is to be listed."""
        super().init_dest()
        if self.inbound:
            self.assignments = [path for path in self.assignments if self._is_ordinary(path)]

    def _is_ordinary(self, path: str) -> bool:
        opened = glob.glob(os.path.join(glob.escape(path), "*.ipynb"))
        ordinary = all(os.path.isfile(name) and not os.path.islink(name) for name in opened)
        if ordinary and not os.path.islink(path) and SECRET not in forged_in(Path(path)):
            return True
        self.log.error("Not listed: %r: a link, a pipe, or a secret that is not nbgrader's", path)
        return False


class ReleaseEachFeedback(ExchangeReleaseFeedback):
    """nbgrader's own, one student after the other."""

    src_path: str

    def copy_files(self) -> None:
        """Release to each student who can be answered; the others are named."""
        for folder in sorted(glob.glob(self.src_path)):
            absent = [name for name in STAMPS if stamp(Path(folder), name) is None]
            if absent:
                why = f"no {' and no '.join(absent)} that nbgrader wrote; give it by hand"
                self.log.error("Not released: %s: %s", folder, why)
                continue
            self.src_path = glob.escape(folder)
            super().copy_files()
