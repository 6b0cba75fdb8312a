"""Trusted side. What the course's `nbgrader_config.py` says, read without nbgrader.

To import nbgrader takes seconds, and most callers need only a few names.
"""

from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a course has chosen; where it says nothing, nbgrader's defaults."""

    delimiters: Delimiters = field(default_factory=Delimiters)
    ignore: tuple[str, ...] = (".ipynb_checkpoints", "*.pyc", "__pycache__")
    unsealed: frozenset[str] = frozenset()  # assignments whose tests stand in their cells
    header: Path | None = None  # notebooks whose cells nbgrader puts around each release's
    footer: Path | None = None


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
    chosen = {
        name: _text(config[section][trait], f"c.{section}.{trait}", root)
        for name, (section, trait) in _DELIMITERS.items()
        if trait in config.get(section, ())
    }
    around = config.get("IncludeHeaderFooter", {})
    header, footer = (
        root / str(around[part]) if around.get(part) else None for part in ("header", "footer")
    )
    settings = Settings(
        delimiters=Delimiters(**chosen),
        unsealed=frozenset(_texts(config, "Autograder", "unsealed", root) or ()),
        header=header,
        footer=footer,
    )
    ignore = _texts(config, "CourseDirectory", "ignore", root)
    return settings if ignore is None else replace(settings, ignore=ignore)


def _texts(config: Config, section: str, trait: str, root: Path) -> tuple[str, ...] | None:
    """The texts of a list; None if it was not chosen."""
    if trait not in config.get(section, ()):
        return None
    chosen = config[section][trait]
    if isinstance(chosen, str):
        raise CourseError(f"{root / CONFIG_FILE} sets c.{section}.{trait} to a text; write a list")
    return tuple(_text(one, f"c.{section}.{trait}", root) for one in list(chosen))


def _text(value: object, name: str, root: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise CourseError(
            f"{root / CONFIG_FILE} sets {name} to {value!r}; write a text that is not empty"
        )
    return value
