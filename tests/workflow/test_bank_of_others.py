"""The banks of the other assignments: graded as their folders say, and no check is idle."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ASSIGNMENT, GRADED, ROOT, Run


@pytest.mark.parametrize("name", [n for n in GRADED if n != ASSIGNMENT])
def test_bank_is_as_it_must_be_and_no_check_is_idle(
    name: str, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    report_file = str(tmp_path / "report.json")
    done = cli(ROOT, "autograder", "verify", name, "--json", report_file, timeout=3_600)
    report = json.loads((tmp_path / "report.json").read_text())
    assert [e for e in report["entries"] if not e["ok"]] == []
    assert (done.returncode, report["ok"]) == (0, True)
    assert report["idle_checks"] == []
