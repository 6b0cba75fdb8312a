"""nbgrader's own tests, which its package carries, pass with the engine plugged in.

But for those in `exceptions.toml`. A test that is listed there and passes fails here as well.
"""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import ROOT

HERE = Path(__file__).parent
EXCEPTIONS = tomllib.loads((HERE / "exceptions.toml").read_text())
MODULES = (
    "test_nbgrader_autograde",
    "test_nbgrader_generate_assignment",
    "test_nbgrader_generate_feedback",
    "test_nbgrader_collect",
    "test_nbgrader_export",
    "test_nbgrader_validate",
    "test_api",
)
# One of each kind, seconds each: hidden tests and AUTOTEST, several notebooks, another kernel.
FEW = (
    "test_hidden_tests_single_notebook",
    "test_grade_autotest",
    "test_grade_missing_notebook",
    "test_incorrect_source_kernelspec",
    "test_grade_with_validating_envvar",
    "test_autograde_timeout",
)


def outcomes(folder: Path, module: str, chosen: Iterable[str] = ()) -> dict[str, bool]:
    """Which tests of a module passed; skipped ones are left out."""
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-p", "tests.nbgrader.plug", "-o", "addopts=", "-q"]
    command += ["--rootdir", str(folder), "-p", "no:cacheprovider", f"--junit-xml={report}"]
    command += ["--pyargs", f"nbgrader.tests.apps.{module}"]
    names = " or ".join(chosen)
    done = subprocess.run(
        [*command, *(["-k", names] if names else [])],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.is_file(), done.stdout + done.stderr
    cases = ET.parse(report).iter("testcase")  # noqa: S314 - as above
    found = {}
    for case in cases:
        if case.find("skipped") is None:
            name = case.attrib["name"]
            found[name] = case.find("failure") is None and case.find("error") is None
    assert found, done.stdout + done.stderr
    return found


def environment() -> dict[str, str]:
    """Of a process that finds this package's tests and our environment's programs."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path}


def test_some_of_each_kind(tmp_path: Path) -> None:
    found = outcomes(tmp_path, "test_nbgrader_autograde", FEW)
    assert set(FEW) <= found.keys()
    assert all(found[name] for name in FEW), found


@pytest.mark.nightly
@pytest.mark.parametrize("module", MODULES)
def test_those_that_fail_are_those_that_are_listed(tmp_path: Path, module: str) -> None:
    found = outcomes(tmp_path, module)
    failed = {name for name, passed in found.items() if not passed}
    assert failed == EXCEPTIONS.get(module, {}).keys()
