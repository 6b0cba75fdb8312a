"""The kit with one mechanism switched off, to see that a test notices."""

import shutil
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "autograder"


@dataclass(frozen=True, kw_only=True)
class Change:
    """In `file` of the package, `old`, which must be there exactly once, becomes `new`."""

    file: str
    old: str
    new: str

    def text(self) -> str:
        """The file's text after the change."""
        text = (PACKAGE / self.file).read_text()
        assert text.count(self.old) == 1, f"{self.file} has no longer {self.old!r}, once"
        return text.replace(self.old, self.new)


def altered_kit(folder: Path, *changes: Change) -> Path:
    """A copy of the package with these changes, below `folder`; what to put on Python's path."""
    kit = folder / "altered"
    shutil.copytree(PACKAGE, kit / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    for change in changes:
        (kit / "autograder" / change.file).write_text(change.text())
    return kit


def alter_here(change: Change, patch: pytest.MonkeyPatch) -> None:
    """In this process, what the changed module defines takes the place of the real module's."""
    name = "autograder." + change.file.removesuffix(".py").replace("/", ".")
    real, altered = import_module(name), ModuleType(name)
    exec(compile(change.text(), change.file, "exec"), vars(altered))
    defined = {
        key: value
        for key, value in vars(real).items()
        if not key.startswith("__") and getattr(value, "__module__", name) == name
    }
    kit = [module for key, module in sys.modules.items() if key.startswith("autograder")]
    for module in kit:
        for key, value in defined.items():
            if vars(module).get(key) is value:
                patch.setattr(module, key, vars(altered)[key])
