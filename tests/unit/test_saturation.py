"""What the lesson `self-attention` says of softmax was measured, and can be measured again."""

import csv
from dataclasses import asdict

import pytest

from autograder.course.module import load_module
from autograder.course.notebooks import text_of
from tests.conftest import ROOT, notebook_of

NAME = "self-attention"
measure = load_module(ROOT / "solutions" / NAME / "measure.py")
SATURATION = load_module(measure.MODULE).SATURATION
ROWS = {row["features"]: row for row in SATURATION}


def test_file_for_the_notebook_and_table_say_the_same() -> None:
    with measure.TABLE.open() as file:
        table = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    assert table == SATURATION
    assert list(ROWS) == list(measure.FEATURES)


@pytest.mark.parametrize("features", [1, 64])
def test_measured_again_the_numbers_are_the_same(features: int) -> None:
    assert asdict(measure.measure(features)) == pytest.approx(ROWS[features], rel=0.02, abs=0.002)


def test_text_says_what_was_measured() -> None:
    (text,) = (
        text_of(cell)
        for cell in notebook_of(ROOT, name=NAME)["cells"]
        if cell["id"] == "lesson-read-saturation"
    )
    medium, long = ROWS[64], ROWS[1024]
    digits, power = f"{long['slope_plain']:.1e}".split("e-")
    said = [
        f"{medium['deviation']:g} for D = 64",
        f"ten weights is {medium['largest_plain']} on average, and {medium['saturated_plain']:.1%}",
        f"With 1024 features it is {long['saturated_plain']:.1%}",
        f"below {digits} · 10<sup>−{int(power)}</sup>",
        f"{long['largest_scaled']} for D = 1024 and {medium['largest_scaled']} for D = 64",
    ]
    assert [one for one in said if one not in text] == []
    assert 85_000 < long["slope_scaled"] / long["slope_plain"] < 95_000  # "about 90,000"
