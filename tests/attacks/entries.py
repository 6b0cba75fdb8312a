"""Trusted side. The hostile entries of the bank and their classes, as the bank's indexes say."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.entries import bank_entries
from autograder.course.layout import Course

ROOT = Path(__file__).parents[2]
INDEX = "attacks.toml"
CLASSES = tuple("guessing forging patching reading escaping exhausting breaking keras".split())


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One hostile entry: its file or folder, its class, and whether it says what it got."""

    path: Path
    kind: str

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def task(self) -> str:
        return self.name.partition("__")[0]

    @property
    def keeps_loot(self) -> bool:
        """Whether it collects what it got hold of in a list `loot`, which must stay empty."""
        return self.path.suffix == ".py" and "\nloot" in self.path.read_text()


def classes(assignment: str) -> dict[str, list[str]]:
    """The index of one assignment: names of entries by class."""
    return tomllib.loads((ROOT / "solutions" / assignment / "hostile" / INDEX).read_text())


def attacks(assignment: str) -> list[Attack]:
    """Every hostile entry of an assignment with its class.

    Raises:
        KeyError: if the index does not know one.
    """
    kind_of = {name: kind for kind, names in classes(assignment).items() for name in names}
    found = bank_entries(Course(root=ROOT).assignment(assignment), ROOT / "solutions")
    paths = [entry.path for entry in found if entry.kind == "hostile"]
    return [Attack(path=path, kind=kind_of[path.stem]) for path in paths]
