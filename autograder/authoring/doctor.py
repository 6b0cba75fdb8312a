"""Trusted side. What this machine can do; every finding that is not good names its remedy."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autograder.config import FLAVOURS, Flavour
from autograder.course.dataset import DataStore
from autograder.course.layout import Assignment, Course
from autograder.course.packages import remedy, versions
from autograder.course.settings import read_settings
from autograder.errors import AutograderError, SandboxUnavailable
from autograder.sandbox import self_test


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fact. `exit_code` is what the command ends with when it is not good."""

    fact: str
    ok: bool
    remedy: str = ""
    exit_code: int = 2

    def to_json(self) -> dict[str, Any]:
        """As `autograder doctor --json` has it."""
        return asdict(self)


def examine(root: Path) -> list[Finding]:
    """Look at everything that grading needs, in the order in which it is needed."""
    frameworks = [_framework(flavour) for flavour in FLAVOURS if flavour.modules]
    return [
        _bubblewrap(),
        _isolation(root),
        *frameworks,
        *_packages(root),
        *_assignments(root),
        *_data(root),
    ]


def _bubblewrap() -> Finding:
    path = shutil.which("bwrap")
    if path:
        return Finding(fact=f"bubblewrap is {path}", ok=True)
    return Finding(
        fact="bubblewrap is not installed",
        ok=False,
        remedy="as root: apt-get install bubblewrap",
        exit_code=SandboxUnavailable.exit_code,
    )


def _isolation(root: Path) -> Finding:
    try:
        tier = self_test(root)
    except AutograderError as error:
        return Finding(
            fact="student code cannot be isolated here",
            ok=False,
            remedy=str(error),
            exit_code=error.exit_code,
        )
    return Finding(
        fact=f"student code is isolated, {tier.in_doctor} (tested in a real sandbox)", ok=True
    )


def _framework(flavour: Flavour) -> Finding:
    missing = [module for module in flavour.modules if not find_spec(module)]
    if not missing:
        return Finding(fact=f"{flavour.title}: installed", ok=True)
    return Finding(
        fact=f"{flavour.title}: {' and '.join(missing)} not installed",
        ok=False,
        remedy="run 'make install'",
    )


def _packages(root: Path) -> list[Finding]:
    """Those that the course promises to its students; boxes have what is installed here."""
    return [
        Finding(
            fact=f"{name}: {'not installed' if version is None else version or 'installed'}",
            ok=version is not None,
            remedy="" if version is not None else remedy(name),
        )
        for name, version in versions(read_settings(root).packages).items()
    ]


def _assignments(root: Path) -> list[Finding]:
    findings = []
    for name in Course(root=root).names():
        try:
            assignment = Course(root=root).assignment(name)
        except AutograderError as error:
            findings.append(Finding(fact=f"{name} is broken", ok=False, remedy=str(error)))
            continue
        released = all(part.release.is_file() for part in assignment.parts)
        program = "nbgrader generate_assignment" if assignment.several else "autograder release"
        findings.append(
            Finding(
                fact=f"{name} is {'released' if released else 'not released yet'}",
                ok=released,
                remedy=f"run '{program} {name}'",
            )
        )
    return findings


def _unbroken(course: Course) -> Iterator[Assignment]:
    """What can be read; the others are named as broken."""
    for name in course.names():
        with suppress(AutograderError):
            yield course.assignment(name)


def _data(root: Path) -> list[Finding]:
    """Which data sets are here; only the one that the course is graded on must be here."""
    found = []
    for assignment in filter(DataStore.declared_by, _unbroken(Course(root=root))):
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
