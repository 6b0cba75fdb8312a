"""`autograder data`: which data sets are here, where they come from, and what thresholds follow."""

import datetime
import json
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.authoring.calibrate import calibrate
from autograder.course.dataset import DataStore
from autograder.course.layout import Course
from autograder.course.notebooks import Notebook
from autograder.errors import CourseError, DataError
from tests.conftest import ROOT, Run, copy_course

NAME = "bilstm-attention"
DATASET = '''
"""Trusted side. Numbers and whether they are positive."""
import numpy as np
MADE, FETCHED = ("numbers",), ()
PREDICT = 'np.save("predictions.npy", demo_model(np.load("inputs.npy")))'
def make(name, seed):
    inputs = np.random.default_rng(seed).normal(size=400)
    return {"hidden": {"inputs": inputs, "labels": (inputs > 0).astype("uint8")}}
'''
THRESHOLDS = 'graded_on = "numbers"\n'
CHECKSUM = """
import sys
from pathlib import Path
from autograder.course.layout import Course
from autograder.course.dataset import DataStore
print(DataStore(Course(root=Path(sys.argv[1])).assignment("toy")).checksum())
"""
SEED, TRAINING = {"tags": ["parameters"]}, {"tags": ["training", "skip-grading"]}
SIGN = {"grade_id": "sign", "grade": True, "solution": False, "points": 4, "locked": True}
CELLS = [
    ("import numpy as np", {}),
    ("SEED = 0", SEED),
    (
        "def train(seed):\n    ### BEGIN SOLUTION\n"
        "    return lambda x: np.where(x > 0.01 * seed, 0.9, 0.1)\n    ### END SOLUTION",
        {"nbgrader": {**SIGN, "grade_id": "sign_answer", "grade": False, "solution": True}},
    ),
    ("demo_model = train(SEED)", TRAINING),
    ("", {"nbgrader": SIGN, "autograder": {"files": ["model.npz"]}}),
]
BASELINE = "def train(seed):\n    return lambda x: np.where(np.arange(len(x)) % 2, 0.9, 0.1)\n"


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A course of content only, with one task that is judged on data."""
    files = {
        "nbgrader_config.py": (ROOT / "nbgrader_config.py").read_text(),
        "tests/hidden/toy/dataset.py": DATASET,
        "tests/hidden/toy/thresholds.toml": THRESHOLDS,
        "solutions/toy/baseline/sign.py": BASELINE,
    }
    cells = [
        {"cell_type": "code", "id": f"c{i}", "source": source, "metadata": metadata}
        | {"outputs": [], "execution_count": None}
        for i, (source, metadata) in enumerate(CELLS)
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    files["source/toy/toy.ipynb"] = json.dumps(notebook)
    for name, content in files.items():
        path = tmp_path / "toy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path / "toy"


def imdb_like(folder: Path, hidden: int = 2_000) -> Path:
    """Files of the form that Keras keeps, with reviews made here."""
    rng = np.random.default_rng(0)
    arrays: dict[str, np.ndarray] = {}
    for part, count in (("train", 20), ("test", hidden)):
        reviews = np.empty(count, dtype=object)
        reviews[:] = [rng.integers(1, 20_000, size=rng.integers(1, 300)).tolist() for _ in reviews]
        arrays |= {f"x_{part}": reviews, f"y_{part}": rng.integers(2, size=count)}
    folder.mkdir()
    np.savez(folder / "imdb.npz", allow_pickle=True, **arrays)
    (folder / "imdb_word_index.json").write_text(json.dumps({"the": 1}))
    return folder


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return copy_course(tmp_path / "course", NAME)


def store(root: Path, name: str) -> DataStore:
    return DataStore(Course(root=root).assignment(name))


def checksum(root: Path, name: str, data_set: str) -> str | None:
    """Of a data set of an assignment, if it is here; nothing is made for it."""
    return {one.name: one.checksum for one in store(root, name).status()}[data_set]


def test_what_an_instructor_imports_is_here_afterwards(
    course: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    assert checksum(course, NAME, "imdb") is None
    done = cli(course, "autograder", "data", "import", str(imdb_like(tmp_path / "keras")))
    assert done.returncode == 0, done.stderr
    done = cli(course, "autograder", "data", "status", "--json", "-")
    assert done.returncode == 0, done.stderr
    found = {one["name"]: one for one in json.loads(done.stdout)}["imdb"]
    assert found["hidden_examples"] == 2_000
    assert found["sha256"] == checksum(course, NAME, "imdb")
    kept = course / ".autograder" / "data" / NAME / "imdb"
    with np.load(kept / "hidden.npz", allow_pickle=False) as arrays:
        ids = arrays["inputs"]
    assert ids.shape == (2_000, 200)
    assert (ids[:, 0] == 1).all()
    assert ids.max() < 10_000


def test_folder_without_the_files_says_what_is_missing(
    course: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    (tmp_path / "empty").mkdir()
    done = cli(course, "autograder", "data", "import", str(tmp_path / "empty"))
    assert done.returncode == 2
    assert "imdb.npz and imdb_word_index.json" in done.stderr


def test_file_that_is_no_data_set_is_refused(course: Path, tmp_path: Path) -> None:
    folder = imdb_like(tmp_path / "keras")
    (folder / "imdb.npz").write_bytes(b"PK\3\4 cut off")
    with pytest.raises(DataError, match="is not Keras' IMDB file"):
        store(course, NAME).read(folder)
    assert checksum(course, NAME, "imdb") is None


def test_generated_reviews_stay_the_same_until_they_are_renewed(course: Path) -> None:
    data = store(course, NAME)
    assert not data.fetch("generated")
    first = checksum(course, NAME, "generated")
    assert not data.fetch("generated")
    assert checksum(course, NAME, "generated") == first
    assert data.fetch("generated", renew=True)
    assert checksum(course, NAME, "generated") != first


def test_renewed_examples_are_said_to_have_changed(toy: Path, cli: Callable[..., Run]) -> None:
    store(toy, "toy").fetch("numbers")
    for more in ([], ["--renew"]):
        done = cli(toy, "autograder", "data", "fetch", "-n", "numbers", *more)
        assert done.returncode == 0, done.stderr
        assert ("hidden examples have changed" in done.stdout) == bool(more)


def test_deleted_data_comes_back_as_it_was(toy: Path) -> None:
    """As the message on changed data advises; no grade changes by it."""
    data = store(toy, "toy")
    before = data.checksum()
    shutil.rmtree(data.folder("numbers"))
    assert data.checksum() == before


def test_seed_is_a_secret_of_the_course_and_kept_in_one_private_file(
    course: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(course, tmp_path / "other"))
    seeds, labels = [], []
    for root in (course, other):
        data = store(root, NAME)
        labels.append(data.hidden("generated")["labels"])
        file = data.seed_file("generated")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        seeds.append(text := file.read_text().strip())
        for path in root.rglob("*"):
            if path.is_file() and path != file:
                content = path.read_bytes()
                assert text.encode() not in content, path
                assert str(int(text, 16)).encode() not in content, path
    assert seeds[0] != seeds[1]
    assert 900 < (labels[0] == labels[1]).sum() < 1_100, "as independent draws agree"
    assert ".autograder/" in (ROOT / ".gitignore").read_text().split()


def test_every_bit_of_a_seed_is_drawn(toy: Path) -> None:
    data, ones, zeros = store(toy, "toy"), 0, 0
    for _ in range(40):
        data.fetch("numbers", renew=True)
        seed = int(data.seed_file("numbers").read_text(), 16)
        ones, zeros = ones | seed, zeros | ~seed
    assert (ones & zeros).bit_count() == 128


def test_no_date_makes_the_hidden_reviews_again(course: Path) -> None:
    def from_date(labels: np.ndarray) -> bool:
        start = datetime.date(1990, 1, 1)
        days = (start + datetime.timedelta(days=n) for n in range(40 * 366))
        seeds = (int(day.strftime("%Y%m%d")) for day in days)
        return any(
            (np.random.default_rng(seed).integers(2, size=64) == labels[:64]).all()
            for seed in seeds
        )

    data = store(course, NAME)
    assert not from_date(data.hidden("generated")["labels"])
    data.seed_file("generated").write_text(f"{20_261_124:x}")
    data.fetch("generated")
    assert from_date(data.hidden("generated")["labels"]), "the search finds a date"


def test_data_made_without_a_secret_is_made_anew(toy: Path) -> None:
    data = store(toy, "toy")
    manifest = data.folder("numbers") / "manifest.json"
    before = data.checksum()
    kept = json.loads(manifest.read_text())
    del kept["seed"]
    manifest.write_text(json.dumps(kept))
    data.seed_file("numbers").unlink()
    assert data.status()[0].checksum is None
    assert data.checksum() != before


def test_several_graders_at_once_make_the_same_data(toy: Path) -> None:
    made = [
        subprocess.Popen([sys.executable, "-c", CHECKSUM, str(toy)], stdout=subprocess.PIPE)
        for _ in range(6)
    ]
    checksums = {process.communicate(timeout=60)[0] for process in made}
    assert checksums == {store(toy, "toy").checksum().encode() + b"\n"}
    assert len(list((toy / ".autograder/data/toy").iterdir())) == 2, "no rest of a lost race"


def test_seed_that_cannot_be_read_is_not_replaced_without_being_asked(toy: Path) -> None:
    data = store(toy, "toy")
    data.checksum()
    data.seed_file("numbers").write_text("not a number")
    shutil.rmtree(data.folder("numbers"))
    with pytest.raises(DataError, match="seed cannot be read"):
        data.checksum()


def test_changed_data_is_refused(course: Path) -> None:
    data = store(course, NAME)
    file = data.folder("generated") / "hidden.npz"
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(DataError, match=r"hidden\.npz has changed; delete"):
        data.dataset()


def test_thresholds_follow_from_runs_over_seeds(toy: Path, cli: Callable[..., Run]) -> None:
    done = cli(toy, "autograder", "data", "calibrate", "toy", "--json", "-")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    assert len(found["reference_accuracies"]) == len(found["baseline_accuracies"]) == 5
    assert min(found["reference_accuracies"]) > 0.95
    assert found["lower"] > max(found["baseline_accuracies"])
    assert found["lower"] < found["full"] < min(found["reference_accuracies"])
    assert found["chance_of_missing_full"] < 0.01
    written = (toy / "tests/hidden/toy/thresholds.toml").read_text()
    assert f"full = {found['full']}" in written
    assert 'graded_on = "numbers"' in written


def test_interrupted_calibration_goes_on_where_it_was(
    toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    most = 3

    def run(notebook: Notebook, folder: Path, _what: str) -> None:
        """Predicts at once what the notebook's model would; the run after `most` is stopped."""
        if len(ran) == most:
            raise RuntimeError("stopped")
        ran.append(json.dumps(notebook))
        inputs = np.load(folder / "inputs.npy")
        knows = "np.arange" not in ran[-1]
        np.save(folder / "predictions.npy", (inputs if knows else np.arange(len(inputs)) % 2) > 0)

    monkeypatch.setattr("autograder.authoring.calibrate.run_notebook", run)
    assignment, said = Course(root=toy).assignment("toy"), list[str]()
    with pytest.raises(RuntimeError, match="stopped"):
        calibrate(assignment, "numbers", range(1, 6), said.append)
    most = 10
    found = calibrate(assignment, "numbers", range(1, 6), said.append)
    assert len(set(ran)) == len(ran) == 10, "no run twice"
    assert said[:3] == said[3:6], "what is known is told again"
    assert found.reference == (1.0,) * 5


def test_too_few_seeds_say_too_little(toy: Path) -> None:
    with pytest.raises(CourseError, match="use 5 or more"):
        calibrate(Course(root=toy).assignment("toy"), "numbers", range(1, 5))


def test_too_few_reviews_to_judge_by_are_refused(course: Path, tmp_path: Path) -> None:
    folder = imdb_like(tmp_path / "keras", hidden=1_999)
    with pytest.raises(DataError, match="has 1999 test reviews; at least 2000 are needed"):
        store(course, NAME).read(folder)
