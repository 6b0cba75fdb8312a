"""The sandbox holds for an ordinary user as it does for root: the same tests, run once more.

Who a process is cannot be a fixture: it decides as well what the side outside may read and signal.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, as_ordinary_user

FILES = ("test_reach", "test_limits", "test_answers", "test_servers", "test_tiers")
# Of the other tier that it is found; of grading that nothing is left to see here.
ONCE_MORE = "(not bubblewrap-each or self_test) and not grades"


@pytest.mark.skipif(os.geteuid() != 0, reason="this run is already an ordinary user's")
def test_every_sandbox_test_passes_as_an_ordinary_user(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    command += ["-k", ONCE_MORE, *(str(ROOT / f"tests/sandbox/{name}.py") for name in FILES)]
    done = subprocess.run(
        as_ordinary_user(command, tmp_path), capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
