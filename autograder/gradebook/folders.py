"""Trusted side. A student's folders, each replaced by a new one as a whole or not at all."""

import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory

from autograder.course.layout import Assignment


class StudentFolders:
    """Where nbgrader has the folders of one assignment's students."""

    def __init__(self, assignment: Assignment, coursedir: CourseDirectory) -> None:
        self._assignment, self._coursedir = assignment, coursedir

    def submitted(self, student: str) -> Path:
        """What the student handed in."""
        return self._folder(self._coursedir.submitted_directory, student)

    def publish(
        self, student: str, notebook: NotebookNode, page: str, handed_in: Mapping[str, Path]
    ) -> None:
        """Put the autograded notebook and the feedback page where nbgrader would.

        `handed_in` are the student's files to put beside both, by name; a file of the course
        takes the place of one with its name.
        """
        name, where = self._assignment.name, self._coursedir
        text = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
        files = {**handed_in, **self._of_the_course()}
        with _new_folder(self._folder(where.autograded_directory, student), 0o444) as folder:
            _copy(files, folder)
            (folder / f"{name}.ipynb").write_text(text + "\n", encoding="utf-8")
        with _new_folder(self._folder(where.feedback_directory, student), 0o644) as folder:
            _copy(files, folder)
            (folder / f"{name}.html").write_text(page, encoding="utf-8")

    def _folder(self, kind: str, student: str) -> Path:
        path = Path(self._coursedir.format_path(kind, student, self._assignment.name))
        return self._assignment.root / path

    def _of_the_course(self) -> dict[str, Path]:
        """What students got beside the notebook, by name; links are not followed."""
        folder = self._assignment.source_folder
        found = utils.find_all_files(str(folder), [*self._coursedir.ignore, "*.ipynb"])
        paths = [Path(path) for path in found]
        return {
            str(path.relative_to(folder)): path
            for path in paths
            if stat.S_ISREG(path.lstat().st_mode)
        }


@contextmanager
def _new_folder(target: Path, mode: int) -> Iterator[Path]:
    """A folder to fill, which then replaces `target`; its files get `mode`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob(f".new-{target.name}-*"):  # by a writer that was killed
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".new-{target.name}-") as beside:
        new = Path(beside, "new")
        new.mkdir()
        yield new
        for path in new.rglob("*"):
            if path.is_file():
                path.chmod(mode)
        if target.exists():
            target.rename(Path(beside, "old"))
        new.rename(target)


def _copy(files: Mapping[str, Path], folder: Path) -> None:
    for name, path in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
