"""Trusted side. Finds the course's folders and what an assignment asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from autograder.course.kernels import refuse_other_kernels
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
    """One assignment's files. It is sealed when it has hidden checks.

    `notebook` is its file's name without ending, and the assignment's if it is empty. Where there
    are several notebooks, `several` has an assignment for each, and `tasks` has all of them with
    the notebook before their names. `originals` are the cells that students' are put back to, if
    not those of the release; `built_in` is a folder that stands for the one of releases.
    """

    name: str
    root: Path
    tasks: tuple[Task, ...]
    settings: Settings = field(default_factory=Settings)
    notebook: str = ""
    originals: tuple[Cell, ...] | None = None
    several: tuple["Assignment", ...] = ()
    built_in: str = ""

    @classmethod
    def joined(cls, parts: Sequence["Assignment"]) -> "Assignment":
        """One assignment of several notebooks; a single one is itself."""
        first, *others = parts
        if not others:
            return first
        tasks = tuple(
            replace(task, name=f"{part.notebook}/{task.name}")
            for part in parts
            for task in part.tasks
        )
        return replace(first, notebook="", originals=None, tasks=tasks, several=tuple(parts))

    def changed(self, **changes: Any) -> "Assignment":
        """With changes that are the same for each of its notebooks."""
        several = tuple(part.changed(**changes) for part in self.several)
        return replace(self, several=several, **changes)

    @property
    def parts(self) -> tuple["Assignment", ...]:
        """An assignment for each notebook."""
        return self.several or (self,)

    @property
    def file(self) -> str:
        """The name of its notebook's file.

        Raises:
            CourseError: if there are several notebooks.
        """
        if self.several:
            names = ", ".join(part.notebook for part in self.several)
            raise CourseError(
                f"{self.name} has several notebooks ({names}), which only grade and check work "
                f"with; build its release with 'nbgrader generate_assignment {self.name}'"
            )
        return f"{self.notebook or self.name}.ipynb"

    @property
    def source_folder(self) -> Path:
        """What the instructor wrote."""
        folders = self.settings.folders
        return folders.path(self.root, folders.source, self.name)

    @property
    def release_folder(self) -> Path:
        """What students get."""
        folders = self.settings.folders
        return folders.path(self.root, self.built_in or folders.release, self.name)

    @property
    def source(self) -> Path:
        """The instructor's notebook."""
        return self.source_folder / self.file

    def read_source(self) -> Notebook:
        """The source notebook as nbgrader builds from it: between the course's header and footer.

        Raises:
            CourseError: if one of them is missing or no notebook.
        """
        return _read_source(self.source, self.root, self.settings)

    @property
    def release(self) -> Path:
        """The notebook that students get."""
        return self.release_folder / self.file

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
    """A folder with instructor notebooks and `nbgrader_config.py`.

    `chosen` are its settings, if they are not those of that file.
    """

    root: Path
    chosen: Settings | None = None

    @classmethod
    def find(cls, start: Path) -> Self:
        """The course in `start` or the nearest folder above it.

        Raises:
            CourseError: if there is none, or its configuration is broken.
        """
        start = start.resolve()
        for folder in (start, *start.parents):
            if (folder / CONFIG_FILE).is_file():
                course = cls(root=folder)
                sources = course._sources
                if not sources.is_dir():
                    raise CourseError(
                        f"{folder} has an {CONFIG_FILE} but no folder {sources.name}/; "
                        f"instructor notebooks belong into {sources.name}/<assignment>/"
                    )
                return course
        raise CourseError(
            f"{start} is not inside a course: no {CONFIG_FILE} here or above; "
            "change to the course folder or name it with --course"
        )

    @property
    def settings(self) -> Settings:
        """What the course has chosen.

        Raises:
            CourseError: if its configuration cannot be run, or nbgrader could not use it.
        """
        return self.chosen or read_settings(self.root)

    def names(self) -> list[str]:
        """Every assignment, in alphabetical order."""
        folders = self.settings.folders
        found = folders.found(self.root, folders.source)
        return [name for name in found if self._notebooks(name)]

    def is_sealed(self, name: str) -> bool:
        """Whether hidden checks judge an assignment, and not the tests in its cells."""
        return Assignment(name=name, root=self.root, tasks=()).sealed

    def assignment(self, name: str) -> Assignment:
        """Read what the source notebooks say of their graded cells.

        Raises:
            CourseError: if there is no such assignment, a notebook or the course's configuration is
            broken, or it is for another language than Python.
        """
        settings, notebooks = self.settings, self._notebooks(name)
        if not notebooks:
            known = ", ".join(self.names()) or "none"
            raise CourseError(f"there is no assignment {name!r} in {self._sources} ({known})")
        parts = []
        for notebook in notebooks:
            path = self._source_folder(name) / f"{notebook}.ipynb"
            content = _read_source(path, self.root, settings)
            refuse_other_kernels(content.get("metadata", {}), str(path))
            parts.append(
                Assignment(
                    name=name,
                    root=self.root,
                    tasks=tuple(tasks_in(content["cells"], path)),
                    settings=settings,
                    notebook=notebook,
                )
            )
        found = Assignment.joined(_judged_by_checks(parts) if parts[0].sealed else parts)
        self.refuse_silent_switch(found)
        return found

    def refuse_silent_switch(self, assignment: Assignment) -> None:
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

    @property
    def _sources(self) -> Path:
        folders = self.settings.folders
        return folders.common(self.root, folders.source)

    def _source_folder(self, name: str) -> Path:
        folders = self.settings.folders
        return folders.path(self.root, folders.source, name)

    def _notebooks(self, name: str) -> list[str]:
        """Names of an assignment's notebooks; as nbgrader, without hidden files."""
        found = (path.stem for path in self._source_folder(name).glob("*.ipynb"))
        return sorted(stem for stem in found if not stem.startswith("."))


def _judged_by_checks(parts: Sequence[Assignment]) -> list[Assignment]:
    """Of a sealed assignment's notebooks the one with its name, if no other has graded cells.

    Raises:
        CourseError: if another has: no hidden check would judge them.
    """
    name = parts[0].name
    other = next((p for p in parts if p.notebook != name and p.tasks), None)
    own = [part for part in parts if part.notebook == name]
    if other or not own:
        raise CourseError(
            f"{parts[0].hidden} judges {name}.ipynb alone, but there is "
            f"{(other or parts[0]).source}; rename it, or put its cells into {name}.ipynb"
        )
    return own


def _read_source(path: Path, root: Path, settings: Settings) -> Notebook:
    notebook = read_trusted(path)
    header, footer = (
        read_trusted(root / part)["cells"] if part else []
        for part in (settings.header, settings.footer)
    )
    return {**notebook, "cells": [*header, *notebook["cells"], *footer]}


def tasks_in(cells: Sequence[Cell], path: Path) -> Iterator[Task]:
    """The graded cells of a notebook; `path` is for messages.

    Raises:
        CourseError: if one asks for a file with an impossible name.
    """
    for cell in cells:
        if is_task(cell):
            yield _task(cell, TaskKind.SUBMITTED, None, path)
        elif is_graded(cell) and is_solution(cell):
            yield _task(cell, TaskKind.WRITTEN, grade_id_of(cell), path)
        elif is_graded(cell) and cell["cell_type"] != "code":
            yield _task(cell, TaskKind.SUBMITTED, None, path)
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
