"""Trusted side. What the course's `nbgrader_config.py` says, read without nbgrader.

To import nbgrader takes seconds, and most callers need only a few names.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from glob import escape, glob
from pathlib import Path

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.course.notebooks import Delimiters
from autograder.errors import CourseError

CONFIG_FILE = "nbgrader_config.py"
# As nbgrader spells them.
_DELIMITERS = {
    "begin_solution": ("ClearSolutions", "begin_solution_delimeter"),
    "end_solution": ("ClearSolutions", "end_solution_delimeter"),
    "begin_hidden_tests": ("ClearHiddenTests", "begin_test_delimeter"),
    "end_hidden_tests": ("ClearHiddenTests", "end_test_delimeter"),
    "begin_mark_scheme": ("ClearMarkScheme", "begin_mark_scheme_delimeter"),
    "end_mark_scheme": ("ClearMarkScheme", "end_mark_scheme_delimeter"),
}


# Which kind of folder is which trait of nbgrader's CourseDirectory.
FOLDERS = {
    "source": "source_directory",
    "release": "release_directory",
    "submitted": "submitted_directory",
    "autograded": "autograded_directory",
    "feedback": "feedback_directory",
    "structure": "directory_structure",
}
# Classes that hand their settings on: what the last one says, counts.
_EXECUTES = ("NotebookClient", "ExecutePreprocessor", "Execute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where a course has its folders: names within the course, or absolute paths."""

    source: str = "source"
    release: str = "release"
    submitted: str = "submitted"
    autograded: str = "autograded"
    feedback: str = "feedback"
    structure: str = "{nbgrader_step}/{student_id}/{assignment_id}"

    def path(self, root: Path, step: str, assignment: str, student: str = ".") -> Path:
        """The folder of an assignment; instructors' own are not of a student."""
        names = {"nbgrader_step": step, "student_id": student, "assignment_id": assignment}
        return root / self.structure.format(**names)

    def common(self, root: Path, step: str) -> Path:
        """The folder that all of these are in, whoever's they are."""
        above = self.path(root, step, "*", "*").parents
        return next(folder for folder in above if "*" not in str(folder))

    def found(
        self, root: Path, step: str, *, assignment: str = "*", student: str = "."
    ) -> Iterator[str]:
        """What stands in place of the one `*`, for each such folder, in alphabetical order."""
        wanted = str(self.path(root, step, assignment, student))
        pattern = re.compile(re.escape(wanted).replace(r"\*", "([^/]+)"))
        paths = glob(escape(wanted).replace("[*]", "*"))  # noqa: PTH207 - it may be absolute
        for path in sorted(paths):
            name = pattern.fullmatch(path)
            if name and Path(path).is_dir():
                yield name[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a course has chosen; where it says nothing, nbgrader's defaults."""

    delimiters: Delimiters = field(default_factory=Delimiters)
    stubs: tuple[str, ...] = ("# YOUR CODE HERE\nraise NotImplementedError()", "YOUR ANSWER HERE")
    ignore: tuple[str, ...] = (".ipynb_checkpoints", "*.pyc", "__pycache__")
    unsealed: frozenset[str] = frozenset()  # assignments whose tests stand in their cells
    header: str = ""  # notebooks whose cells nbgrader puts around each release's; within the course
    footer: str = ""
    folders: Folders = field(default_factory=Folders)
    packages: tuple[str, ...] = ()  # that a class was told it can import
    cell_s: float | None = None  # for each cell with tests in it; None: nobody has chosen
    left_out: frozenset[str] = frozenset()  # students whom nbgrader passes over
    own_files: frozenset[tuple[str, str]] = frozenset()  # released, but the student's counts


def read_config(root: Path) -> Config:
    """The course's `nbgrader_config.py`, as nbgrader reads it.

    Raises:
        CourseError: if it cannot be run.
    """
    loader = PyFileConfigLoader(CONFIG_FILE, path=str(root))
    try:
        return loader.load_config()
    except Exception as error:  # it is Python: anything may happen
        raise CourseError(f"{root / CONFIG_FILE} does not run: {error!r}") from error


def read_settings(root: Path) -> Settings:
    """The course's settings.

    Raises:
        CourseError: if the configuration cannot be run, or says what nbgrader could not use.
    """
    config = read_config(root)
    if not runs_what_was_handed_in(config):
        raise CourseError(
            f"{root / CONFIG_FILE} sets c.Execute.enabled = False, so that outputs in a file would "
            "be graded, which students can write; leave it out"
        )
    return settings_from(config, root)


def settings_from(config: Config, root: Path) -> Settings:
    """What a configuration says of the course in `root`.

    Raises:
        CourseError: if it says what nbgrader could not use.
    """
    where = root / CONFIG_FILE

    def texts(traits: Mapping[str, tuple[str, str]]) -> dict[str, str]:
        return {
            name: _text(config[section][trait], f"c.{section}.{trait}", where)
            for name, (section, trait) in traits.items()
            if trait in config.get(section, ())
        }

    folders = {name: ("CourseDirectory", trait) for name, trait in FOLDERS.items()}
    directory = config.get("CourseDirectory", {})
    own = config.get("Autograde", {}).get("exclude_overwriting", {})
    around = config.get("IncludeHeaderFooter", {})
    header, footer = (str(around.get(part) or "") for part in ("header", "footer"))
    ignored = _texts(config, "CourseDirectory", "ignore", where)
    return Settings(
        delimiters=Delimiters(**texts(_DELIMITERS)),
        stubs=(*Settings().stubs, *_own_stubs(config)),
        ignore=Settings().ignore if ignored is None else ignored,
        unsealed=frozenset(_texts(config, "Autograder", "unsealed", where) or ()),
        packages=_texts(config, "Autograder", "packages", where) or (),
        header=header,
        footer=footer,
        folders=Folders(**texts(folders)),
        cell_s=_seconds(config),
        left_out=frozenset(str(directory.get("student_id_exclude") or "").split(",")) - {""},
        own_files=frozenset((name, file) for name, files in own.items() for file in files),
    )


def runs_what_was_handed_in(config: Config) -> bool:
    """Whether it is run before it is graded, as it is unless nbgrader is told not to."""
    enabled = [config[one]["enabled"] for one in _EXECUTES if "enabled" in config.get(one, ())]
    return not enabled or str(enabled[-1]) not in ("False", "0")  # on a command line it is text


def _own_stubs(config: Config) -> Iterator[str]:
    """What the course has put in place of solutions; code by its language, as nbgrader wants it."""
    chosen = config.get("ClearSolutions", {})
    code = chosen.get("code_stub", {})
    yield from map(str, code.values() if isinstance(code, Mapping) else [code])
    yield str(chosen.get("text_stub", ""))


def _texts(config: Config, section: str, trait: str, where: Path) -> tuple[str, ...] | None:
    """The texts of a list; None if it was not chosen."""
    if trait not in config.get(section, ()):
        return None
    chosen, name = config[section][trait], f"c.{section}.{trait}"
    if isinstance(chosen, str):
        raise CourseError(f"{where} sets {name} to a text; write a list")
    return tuple(_text(one, name, where) for one in list(chosen))


def _text(value: object, name: str, where: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise CourseError(f"{where} sets {name} to {value!r}; write a text that is not empty")
    return value


def _seconds(config: Config) -> float | None:
    """The time for a cell, if there is one: nbclient takes none and negative ones for no limit."""
    chosen = [
        config[section]["timeout"] for section in _EXECUTES if "timeout" in config.get(section, ())
    ]
    try:
        limit = float(str(chosen[-1])) if chosen else 0.0  # on a command line it is text
    except ValueError:
        return None
    return limit if limit > 0 else None
