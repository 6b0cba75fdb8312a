"""Labels and the seed that they follow from never enter a sandbox.

Its files, its environment and its memory are searched for them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder.checks.session import Session
from autograder.checks.student import Student
from autograder.course.dataset import Dataset, DataStore
from autograder.course.layout import Course
from autograder.sandbox import Recorder, Sandbox
from autograder.submission.reading import read_submission
from tests.conftest import ROOT
from tests.sandbox.boxes import call, descendants

NAME = "bilstm-attention"
FILE = "bilstm_attention.keras"
SEARCH = """
def found_in_files(needles):
    import os
    found, seen = [], 0
    for folder, folders, files in os.walk("/"):
        if folder == "/":
            folders[:] = [f for f in folders if f not in ("usr", "sys")]
        for name in files:
            if not os.path.isfile(os.path.join(folder, name)):
                continue  # a device may never answer
            try:
                with open(os.path.join(folder, name), "rb") as file:
                    data = file.read(1 << 24)
            except OSError:
                continue
            seen += 1
            found += [os.path.join(folder, name) for n in needles if bytes(n) in data]
    return seen, found
"""


def is_sealed(pid: int) -> bool:
    """Whether it has a process namespace of its own, as nothing else that tests start has."""
    own, other = Path("/proc/self/ns/pid"), Path(f"/proc/{pid}/ns/pid")
    return own.readlink() != other.readlink()


def memory_of(pid: int) -> Iterator[bytes]:
    """All that the process can write to, which is where data from outside arrives."""
    process = Path(f"/proc/{pid}")
    with (process / "maps").open() as maps, (process / "mem").open("rb", 0) as memory:
        for line in maps:
            addresses, rights = line.split()[:2]
            first, last = (int(part, 16) for part in addresses.split("-"))
            if not rights.startswith("rw"):
                continue
            try:
                memory.seek(first)
                yield memory.read(last - first)
            except (OSError, OverflowError, ValueError):
                continue  # not there any more


def mapped_files(pid: int) -> set[str]:
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    return {line.split(maxsplit=5)[5] for line in lines if len(line.split(maxsplit=5)) == 6}


def encodings(labels: np.ndarray) -> list[bytes]:
    """A run of labels that is long enough to be theirs alone, in every form that numbers have."""
    run = labels[:64]
    assert 0 < run.mean() < 1
    kinds = ("u1", "i2", "i4", "i8", "f2", "f4", "f8")
    return [run.astype(kind).tobytes() for kind in kinds]


def encodings_of_seed() -> list[bytes]:
    """The secret that the hidden reviews follow from, as text and as a number."""
    data = DataStore(Course(root=ROOT).assignment(NAME))
    text = data.seed_file(data.graded_on).read_text().strip()
    seed = int(text, 16)
    numbers = [seed.to_bytes(16, order) for order in ("big", "little")]
    return [text.encode(), str(seed).encode(), *numbers]


@pytest.fixture(scope="module")
def predicted(sandbox: Sandbox) -> Iterator[tuple[Student, Dataset]]:
    """The reference, which has just predicted the hidden reviews; its box is still there."""
    assignment = Course(root=ROOT).assignment(NAME)
    folder = assignment.solutions
    submission = read_submission(folder / "reference.ipynb", assignment, student="reference")
    session = Session(Recorder(sandbox), submission)
    session.run_cells()
    student, dataset = Student(session), DataStore(assignment).dataset()
    model = student.probe.load_model(student.file(FILE), custom_objects=["AttentionPooling"])
    probabilities = student.probe.predict(model, dataset.inputs, 250, cpu_s=60)
    assert len(probabilities) == len(dataset.labels) >= 2_000
    yield student, dataset
    session.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may read the memory of a sealed process")
def test_no_process_of_the_sandbox_holds_labels(predicted: tuple[Student, Dataset]) -> None:
    _, dataset = predicted
    inputs, secrets = dataset.inputs[:40].tobytes(), encodings(dataset.labels)
    secrets += encodings_of_seed()
    processes = [pid for pid in descendants(os.getpid()) if is_sealed(pid)]
    with_inputs = 0
    for pid in processes:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        assert os.fsencode(ROOT) not in environment
        assert not [path for path in mapped_files(pid) if path.startswith(f"{ROOT}/tests")]
        assert not [path for path in mapped_files(pid) if ".autograder" in path]
        for part in memory_of(pid):
            with_inputs += inputs in part
            assert not [kind for kind in secrets if kind in part]
    assert with_inputs, "the search finds what is there: the hidden inputs"


def test_no_file_of_the_sandbox_holds_labels(sandbox: Sandbox) -> None:
    assignment = Course(root=ROOT).assignment(NAME)
    dataset = DataStore(assignment).dataset()
    submission = read_submission(
        assignment.solutions / "reference.ipynb", assignment, student="reference"
    )
    box = sandbox.spawn(submission.flavour)
    try:
        box.ask({"op": "cell", "source": SEARCH, "number": 1}, cpu_s=10)
        secrets = encodings(dataset.labels) + encodings_of_seed()
        needles = [np.frombuffer(kind, np.uint8) for kind in secrets]
        answer = call(box, "found_in_files", needles, cpu_s=120)
    finally:
        box.close()
    seen, found = answer["value"]
    assert seen > 1_000
    assert found == []
