"""Trusted side. What this machine can do; every finding that is not good names its remedy."""

import shutil
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autograder.config import Isolation
from autograder.course.dataset import DataStore
from autograder.course.layout import Course
from autograder.errors import AutograderError, SandboxUnavailable
from autograder.sandbox import probe


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fact. `exit_code` is what the command ends with when it is not good."""

    fact: str
    ok: bool
    remedy: str = ""
    exit_code: int = 2

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def examine(root: Path) -> list[Finding]:
    """Look at everything that grading needs, in the order in which it is needed."""
    return [_bubblewrap(), _isolation(root), _tensorflow(), *_assignments(root), *_data(root)]


def _bubblewrap() -> Finding:
    place = shutil.which("bwrap")
    if place:
        return Finding(fact=f"bubblewrap is {place}", ok=True)
    return Finding(
        fact="bubblewrap is not installed",
        ok=False,
        remedy="as root: apt-get install bubblewrap",
        exit_code=SandboxUnavailable.exit_code,
    )


def _isolation(root: Path) -> Finding:
    try:
        isolation = probe(root)
    except AutograderError as error:
        return Finding(
            fact="student code cannot be isolated here",
            ok=False,
            remedy=str(error),
            exit_code=error.exit_code,
        )
    how = {
        Isolation.FULL: "in namespaces of its own, from a warm fork-server",
        Isolation.EACH: "each time in a bubblewrap of its own, which is slow, since namespaces "
        "cannot be nested here; on Ubuntu an AppArmor profile for bwrap that allows userns helps",
    }
    return Finding(
        fact=f"student code is isolated, {how[isolation]} (probed in a real sandbox)", ok=True
    )


def _tensorflow() -> Finding:
    if find_spec("tensorflow") and find_spec("keras"):
        return Finding(fact="TensorFlow and Keras are installed", ok=True)
    return Finding(
        fact="TensorFlow or Keras is not installed", ok=False, remedy="run 'make install'"
    )


def _assignments(root: Path) -> list[Finding]:
    findings = []
    for name in Course(root=root).names():
        try:
            assignment = Course(root=root).assignment(name)
        except AutograderError as error:
            findings.append(Finding(fact=f"{name} is broken", ok=False, remedy=str(error)))
            continue
        released = assignment.release.is_file()
        findings.append(
            Finding(
                fact=f"{name} is {'released' if released else 'not released yet'}",
                ok=released,
                remedy=f"run 'autograder release {name}'",
            )
        )
    return findings


def _data(root: Path) -> list[Finding]:
    """Which data sets are here; only the one that the course is graded on has to be."""
    course = Course(root=root)
    assignments = [course.assignment(name) for name in course.names()]
    found = []
    for assignment in filter(DataStore.declared_by, assignments):
        for one in DataStore(assignment).status():
            state = f"has {one.count:,} hidden examples" if one.checksum else f"is {one.remedy}"
            found.append(
                Finding(
                    fact=f"{assignment.name}: the data set {one.name!r} {state}",
                    ok=one.checksum is not None or one.made_here or not one.graded_on,
                    remedy=one.remedy.partition("; ")[2],
                )
            )
    return found
