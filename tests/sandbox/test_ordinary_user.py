"""The sandbox holds for an ordinary user as it does for root: the same tests, run once more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, as_ordinary_user


@pytest.mark.skipif(os.geteuid() != 0, reason="this run is already an ordinary user's")
def test_every_sandbox_test_passes_as_an_ordinary_user(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    command += [str(ROOT / "tests/sandbox/test_box.py")]
    done = subprocess.run(
        as_ordinary_user(command, tmp_path), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
