"""Trusted side. Finds the course's folders and what an assignment asks for."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from autograder.course.notebooks import Cell, is_test, marks_of, read_trusted
from autograder.course.settings import CONFIG_FILE, Settings, read_settings
from autograder.errors import CourseError


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One graded cell. Its solution is in the cell `<name>_answer`.

    `files` are handed in beside the notebook and judged with it; `needs` are tasks whose solution
    it uses; a `costly` one takes seconds to judge. All come from the test cell's metadata, for
    example `"autograder": {"files": [...]}`.
    """

    name: str
    points: float
    files: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    costly: bool = False

    @property
    def answer(self) -> str:
        return f"{self.name}_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One assignment's files. It is sealed when it has hidden checks."""

    name: str
    root: Path
    tasks: tuple[Task, ...]
    release_folder: str = "release"
    settings: Settings = field(default_factory=Settings)

    @property
    def source(self) -> Path:
        return self.root / "source" / self.name / f"{self.name}.ipynb"

    @property
    def release(self) -> Path:
        return self.root / self.release_folder / self.name / f"{self.name}.ipynb"

    @property
    def reference(self) -> Path:
        return self.root / "solutions" / self.name / "reference.ipynb"

    @property
    def solutions(self) -> Path:
        """The reference with the files that belong to it, and the bank."""
        return self.reference.parent

    @property
    def quiz(self) -> Path:
        """Questions for self-check; an assignment may do without them."""
        return self.root / "quizzes" / f"{self.name}.json"

    @property
    def hidden(self) -> Path:
        return self.root / "tests" / "hidden" / self.name

    @property
    def sealed(self) -> bool:
        return self.hidden.is_dir()

    @property
    def max_score(self) -> float:
        return sum(task.points for task in self.tasks)

    @property
    def files(self) -> tuple[str, ...]:
        """Names of all files that belong to a submission beside its notebook."""
        return tuple(dict.fromkeys(file for task in self.tasks for file in task.files))

    def check_file(self, task: Task) -> Path:
        return self.hidden / f"check_{task.name}.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A folder with `source/` and `nbgrader_config.py`."""

    root: Path

    @classmethod
    def find(cls, start: Path) -> Self:
        """The course in `start` or the nearest folder above it.

        Raises:
            CourseError: if there is none.
        """
        start = start.resolve()
        for folder in (start, *start.parents):
            if (folder / CONFIG_FILE).is_file():
                if not (folder / "source").is_dir():
                    raise CourseError(
                        f"{folder} has an {CONFIG_FILE} but no folder source/; "
                        "instructor notebooks belong into source/<assignment>/"
                    )
                return cls(root=folder)
        raise CourseError(
            f"{start} is not inside a course: no {CONFIG_FILE} here or above; "
            "change to the course folder or name it with --course"
        )

    def names(self) -> list[str]:
        """Every assignment, in alphabetical order."""
        sources = (self.root / "source").glob("*/*.ipynb")
        return sorted(path.stem for path in sources if path.stem == path.parent.name)

    def assignment(self, name: str) -> Assignment:
        """Read what the source notebook says of its graded cells.

        Raises:
            CourseError: if there is no such assignment, or its notebook or the course's
            configuration is broken.
        """
        path = self.root / "source" / name / f"{name}.ipynb"
        if name not in self.names():
            known = ", ".join(self.names()) or "none"
            raise CourseError(f"there is no assignment {name!r} in {self.root}/source ({known})")
        tests = filter(is_test, read_trusted(path)["cells"])
        tasks = tuple(_task(cell, path) for cell in tests)
        settings = read_settings(self.root)
        return Assignment(name=name, root=self.root, tasks=tasks, settings=settings)


def _task(cell: Cell, path: Path) -> Task:
    marks, more = marks_of(cell), cell["metadata"].get("autograder", {})
    files, needs = tuple(more.get("files", ())), tuple(more.get("needs", ()))
    for file in files:
        if Path(file).name != file or file.startswith("."):
            raise CourseError(
                f"{path}: {marks['grade_id']} asks for {file!r}, which is not a file name"
            )
    return Task(
        name=marks["grade_id"],
        points=float(marks["points"]),
        files=files,
        needs=needs,
        costly=bool(more.get("costly")),
    )
