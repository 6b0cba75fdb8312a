"""Trusted side. Data sets that a task is judged on: inputs for inside, labels for outside alone.

An assignment declares them in `tests/hidden/<assignment>/dataset.py`:

- `MADE`, names of data sets that it makes by itself, and `FETCHED`, names of those that it
  downloads or reads from a folder;
- `PREDICT`, a text that `autograder.authoring.calibrate` runs after training;
- `make(name, seed) -> Files` makes one, and what is hidden in it follows from `seed`, the course's
  own secret; `download(name) -> Files` downloads one, and `read(folder) -> (name, Files)` reads one
  from files that an instructor has. What is not available is a DataError.

`Files` are tables of arrays and texts by file name. "hidden" has the arrays `inputs` and `labels`
that submissions are judged on; all others are the course's own, for example to train with.
`tests/hidden/<assignment>/thresholds.toml` says on which data set the course is graded, and between
which two accuracies points rise.
"""

import hashlib
import io
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.course import seeds
from autograder.course.layout import Assignment
from autograder.course.module import load_module
from autograder.course.storage import to_json, write_atomically
from autograder.errors import CourseError, DataError

Files = Mapping[str, Mapping[str, NDArray[Any]] | str]
STORE = Path(".autograder", "data")
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Accuracies, shares of 1: none of the points up to `lower`, all from `full` on."""

    lower: float
    full: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Hidden examples. `inputs` may go into a box; `labels` (B,), 0 or 1, never do."""

    name: str
    inputs: NDArray[Any]
    labels: NDArray[Any]
    thresholds: Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is known of a data set on this machine; `checksum` is None if it is not there."""

    name: str
    count: int
    checksum: str | None
    graded_on: bool
    made_here: bool
    remedy: str

    def to_json(self) -> dict[str, Any]:
        """As the report of `data status` has it."""
        return {
            "name": self.name,
            "hidden_examples": self.count,
            "sha256": self.checksum,
            "graded_on": self.graded_on,
        }


class DataStore:
    """The data sets of one assignment, kept in `.autograder/data/<assignment>/<name>/`.

    Beside one that is made here lies `<name>.seed`, from which it follows. The seed is drawn once
    for each course: to know how the data is made, as students may, is not enough to make it again.
    """

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._declared = load_module(assignment.hidden / "dataset.py")

    @staticmethod
    def declared_by(assignment: Assignment) -> bool:
        """Whether a task of the assignment is judged on data at all."""
        return (assignment.hidden / "dataset.py").is_file()

    @property
    def names(self) -> list[str]:
        """Every data set that the assignment declares."""
        return [*self._declared.MADE, *self._declared.FETCHED]

    @property
    def graded_on(self) -> str:
        """The data set that the course has chosen in `thresholds.toml`."""
        name = self.settings().get("graded_on")
        if name not in self.names:
            raise CourseError(
                f"{self.thresholds_file} says graded_on = {name!r}; "
                f"write one of {', '.join(map(repr, self.names))}"
            )
        return str(name)

    @property
    def thresholds_file(self) -> Path:
        """Where it is said how accurate a model must be; `calibrate` writes it."""
        return self._assignment.hidden / "thresholds.toml"

    def settings(self) -> dict[str, Any]:
        """`thresholds.toml`, or nothing if it is not there yet."""
        try:
            return tomllib.loads(self.thresholds_file.read_text())
        except FileNotFoundError:
            return {}
        except tomllib.TOMLDecodeError as error:
            raise CourseError(f"{self.thresholds_file} is not TOML: {error}") from None

    def folder(self, name: str) -> Path:
        """Where its files are, for training; made first if the assignment makes it by itself.

        Raises:
            DataError: if it is not there.
        """
        if not self._kept(name):
            if name not in self._declared.MADE:
                where = f"the data set {name!r} of {self._assignment.name}"
                raise DataError(f"{where} is {self._remedy(name)}")
            self._make(name)
        return self._place(name)

    def fetch(self, name: str, *, renew: bool = False) -> bool:
        """Download a data set, or make it again; returns whether other hidden examples were here.

        What is made follows from the seed that is here, or from a new one to `renew` it.
        """
        if name not in self.names:
            raise DataError(f"there is no data set {name!r}; choose from {', '.join(self.names)}")
        before = self._hash_of_hidden(name)
        if name in self._declared.MADE:
            if renew:
                seeds.renew(self.seed_file(name))
            self._make(name)
        else:
            self._keep(name, self._declared.download(name))
        return before not in (None, self._hash_of_hidden(name))

    def seed_file(self, name: str) -> Path:
        """Where the secret seed of a data set is, if it is made here."""
        return self._place(name).with_name(f"{name}.seed")

    def read(self, folder: Path) -> str:
        """Keep the data set whose files are in `folder`; returns its name."""
        name, files = self._declared.read(folder)
        self._keep(name, files)
        return str(name)

    def dataset(self, name: str | None = None) -> Dataset:
        """The hidden examples of the data set that the course is graded on, or of another.

        Raises:
            DataError: if they are not there or not those that were stored.
            CourseError: if no thresholds were calibrated for it.
        """
        name = name or self.graded_on
        known, hidden = self.settings().get(name, {}), self.hidden(name)
        if not {"lower", "full"} <= known.keys():
            raise CourseError(
                f"{self.thresholds_file} has no thresholds for {name!r}; "
                f"run 'autograder data calibrate {self._assignment.name}'"
            )
        return Dataset(
            name=name,
            inputs=hidden["inputs"],
            labels=hidden["labels"],
            thresholds=Thresholds(lower=float(known["lower"]), full=float(known["full"])),
        )

    def hidden(self, name: str) -> Mapping[str, NDArray[Any]]:
        """The arrays `inputs` and `labels` of a data set, if they are those that were stored."""
        file = _checked(self.folder(name), "hidden.npz")
        with np.load(io.BytesIO(file), allow_pickle=False) as arrays:
            return dict(arrays)

    @property
    def predict(self) -> str:
        """The assignment's text that lets a trained model predict inputs.npy."""
        return str(self._declared.PREDICT)

    def checksum(self) -> str:
        """Decides, with the thresholds, what a file's accuracy is worth."""
        return str(self.manifest(self.graded_on)["hidden.npz"]["sha256"])

    def manifest(self, name: str) -> dict[str, dict[str, Any]]:
        """Checksum and number of rows of each file of a data set."""
        return _manifest(self.folder(name))

    def status(self) -> list[Stored]:
        """Every declared data set, there or not."""
        chosen = self.settings().get("graded_on")
        found = []
        for name in self.names:
            kept = self._kept(name).get("hidden.npz")
            found.append(
                Stored(
                    name=name,
                    count=kept["rows"] if kept else 0,
                    checksum=kept["sha256"] if kept else None,
                    graded_on=name == chosen,
                    made_here=name in self._declared.MADE,
                    remedy=self._remedy(name),
                )
            )
        return found

    def _remedy(self, name: str) -> str:
        if name in self._declared.MADE:
            return "not here; it is made when it is needed"
        return (
            f"not here; run 'autograder data fetch --name {name}', "
            "or 'autograder data import FOLDER' with its files"
        )

    def _place(self, name: str) -> Path:
        return self._assignment.root / STORE / self._assignment.name / name

    def _kept(self, name: str) -> Mapping[str, dict[str, Any]]:
        """The manifest of a data set; empty if it is not here, or was made without a secret."""
        manifest = _manifest(self._place(name))
        return manifest if name not in self._declared.MADE or "seed" in manifest else {}

    def _hash_of_hidden(self, name: str) -> str | None:
        return self._kept(name).get("hidden.npz", {}).get("sha256")

    def _make(self, name: str) -> None:
        """Several may do it at once: they have one seed, so each writes what the others write."""
        seed = seeds.read_or_draw(
            self.seed_file(name), f"autograder data fetch --name {name} --renew"
        )
        kept_seed = {"sha256": hashlib.sha256(f"{seed:x}".encode()).hexdigest(), "rows": 0}
        self._keep(name, self._declared.make(name, seed), seed=kept_seed)

    def _keep(self, name: str, files: Files, **more: dict[str, Any]) -> None:
        folder = self._place(name)
        manifest: dict[str, dict[str, Any]] = {**more}
        for stem, content in files.items():
            if isinstance(content, str):
                file, data, rows = stem, content.encode(), 0
            else:
                file, data, rows = f"{stem}.npz", _npz(content), len(next(iter(content.values())))
            write_atomically(folder / file, data)
            manifest[file] = {"sha256": hashlib.sha256(data).hexdigest(), "rows": rows}
        write_atomically(folder / _MANIFEST, to_json(manifest))


def _npz(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        data: dict[str, dict[str, Any]] = json.loads((folder / _MANIFEST).read_text())
        return data
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise DataError(
            f"{folder} is damaged ({error}); delete it and get the data again"
        ) from None


def _checked(folder: Path, file: str) -> bytes:
    """A file's bytes, if they are still those that were kept."""
    data = (folder / file).read_bytes()
    if hashlib.sha256(data).hexdigest() != _manifest(folder).get(file, {}).get("sha256"):
        raise DataError(f"{folder / file} has changed; delete {folder} and get the data again")
    return data
