"""Trusted side. Finds the course's folders and what an assignment asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Self

from autograder.course.notebooks import (
    Cell,
    Notebook,
    answer_to,
    grade_id_of,
    is_graded,
    is_solution,
    is_task,
    marks_of,
    read_trusted,
)
from autograder.course.settings import CONFIG_FILE, Settings, read_settings
from autograder.errors import CourseError


class TaskKind(StrEnum):
    """Who gives a task its points."""

    TESTED = "tested"  # checks, or the tests in its own cell
    WRITTEN = "written"  # a person, who reads what the student wrote in its cell
    SUBMITTED = "submitted"  # a person, who looks at what was made elsewhere (nbgrader's task cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One graded cell. `answer` is the `grade_id` of the cell with its solution, if there is one.

    `files` are handed in beside the notebook and judged with it; `needs` are tasks whose solution
    it uses; a `costly` one takes seconds to judge. All come from the test cell's metadata, for
    example `"autograder": {"files": [...]}`.
    """

    name: str
    points: float
    kind: TaskKind = TaskKind.TESTED
    answer: str | None = None
    files: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    costly: bool = False


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
        """The instructor's notebook."""
        return self.root / "source" / self.name / f"{self.name}.ipynb"

    def read_source(self) -> Notebook:
        """The source notebook as nbgrader builds from it: between the course's header and footer.

        Raises:
            CourseError: if one of them is missing or no notebook.
        """
        return _read_source(self.source, self.settings)

    @property
    def release(self) -> Path:
        """The notebook that students get."""
        return self.root / self.release_folder / self.name / f"{self.name}.ipynb"

    @property
    def reference(self) -> Path:
        """The solved and executed notebook, to hand out after the deadline."""
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
        """The folder of its hidden checks; only a sealed assignment has one."""
        return self.root / "tests" / "hidden" / self.name

    @property
    def sealed(self) -> bool:
        """Whether hidden checks judge it, and not the tests in its cells."""
        return self.hidden.is_dir()

    @property
    def tested(self) -> tuple[Task, ...]:
        """The tasks that are judged here; the others wait for a person."""
        return tuple(task for task in self.tasks if task.kind is TaskKind.TESTED)

    @property
    def max_score(self) -> float:
        """The points of all its tasks."""
        return sum(task.points for task in self.tasks)

    @property
    def files(self) -> tuple[str, ...]:
        """Names of all files that belong to a submission beside its notebook."""
        return tuple(dict.fromkeys(file for task in self.tasks for file in task.files))

    def check_file(self, task: Task) -> Path:
        """Where the hidden checks of a task are."""
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
        settings = read_settings(self.root)
        tasks = tuple(_tasks(_read_source(path, settings)["cells"], path))
        found = Assignment(name=name, root=self.root, tasks=tasks, settings=settings)
        self._refuse_silent_switch(found)
        return found

    def _refuse_silent_switch(self, assignment: Assignment) -> None:
        """Where a course has hidden checks, an assignment without them is declared as such.

        Raises:
            CourseError: if it is not; else a misnamed folder would unseal it without a word.
        """
        hidden, name = assignment.hidden.parent, assignment.name
        declared, config = assignment.settings.unsealed, self.root / CONFIG_FILE
        unknown = sorted(declared - set(self.names()))
        if unknown:
            raise CourseError(f"{config} declares {unknown[0]!r} unsealed, which is no assignment")
        if assignment.sealed and name in declared:
            raise CourseError(
                f"{config} declares {name!r} unsealed, but there is {assignment.hidden}; remove "
                "one of them"
            )
        if assignment.sealed or name in declared or not assignment.tested or not hidden.is_dir():
            return
        others = [path.name for path in hidden.iterdir() if path.is_dir()]
        near = get_close_matches(name, others, n=1)
        remedy = f"rename {hidden / near[0]}" if near else "write its hidden checks there"
        raise CourseError(
            f"{assignment.hidden} is missing, so nothing sealed would judge {name!r}; {remedy}, or "
            f"declare in {config} that its tests stand in its cells: "
            f"c.Autograder.unsealed = [{name!r}]"
        )


def _read_source(path: Path, settings: Settings) -> Notebook:
    notebook = read_trusted(path)
    header, footer = (
        read_trusted(part)["cells"] if part else [] for part in (settings.header, settings.footer)
    )
    return {**notebook, "cells": [*header, *notebook["cells"], *footer]}


def _tasks(cells: Sequence[Cell], path: Path) -> Iterator[Task]:
    for cell in cells:
        if is_task(cell):
            yield _task(cell, TaskKind.SUBMITTED, None, path)
        elif is_graded(cell) and is_solution(cell):
            yield _task(cell, TaskKind.WRITTEN, grade_id_of(cell), path)
        elif is_graded(cell):
            yield _task(cell, TaskKind.TESTED, answer_to(cells, marks_of(cell)["grade_id"]), path)


def _task(cell: Cell, kind: TaskKind, answer: str | None, path: Path) -> Task:
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
        kind=kind,
        answer=answer,
        files=files,
        needs=needs,
        costly=bool(more.get("costly")),
    )
