"""A copy of the kit in which one mechanism is switched off, to see that a test notices."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT


@dataclass(frozen=True, kw_only=True)
class Change:
    """In `file` of the package, `old`, which must be there exactly once, becomes `new`."""

    file: str
    old: str
    new: str


def altered_kit(folder: Path, *changes: Change) -> Path:
    """The package with these changes, below `folder`; what to put on Python's path."""
    kit = folder / "altered"
    shutil.copytree(ROOT / "autograder", kit / "autograder")
    for change in changes:
        file = kit / "autograder" / change.file
        text = file.read_text()
        assert text.count(change.old) == 1, f"{change.file} has no longer {change.old!r}, once"
        file.write_text(text.replace(change.old, change.new))
    return kit


def run_test(kit: Path, test: str) -> subprocess.CompletedProcess[str]:
    """Run one test with that kit."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    command += ["-o", f"pythonpath={kit} {ROOT}", str(ROOT / test)]
    environment = {**os.environ, "PYTHONPATH": str(kit)}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600
    )
