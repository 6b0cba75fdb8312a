"""Formulas of the course become MathML; what a student writes as a formula does no harm."""

import json
import re
from xml.etree.ElementTree import fromstring

import pytest

from autograder.course.notebooks import text_of
from autograder.gradebook.formulas import mathml
from tests.conftest import ASSIGNMENTS, ROOT

FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$([^$\n]+?)\$", re.DOTALL)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_formula_of_the_course_becomes_mathml(name: str) -> None:
    cells = json.loads((ROOT / "release" / name / f"{name}.ipynb").read_text())["cells"]
    texts = [text_of(cell) for cell in cells if cell["cell_type"] == "markdown"]
    for block, inline in (match for text in texts for match in FORMULA.findall(text)):
        drawn = mathml(block or inline, "block" if block else "inline")
        assert drawn is not None, block or inline
        assert "\\" not in drawn, f"a command was not understood: {drawn}"


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\text{&lt;script&gt;alert(1)&lt;/script&gt;}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{background: url(https://example.org)}{x}",
        r"\color{red' onclick='alert(1)}{x}",
    ],
)
def test_formula_of_a_student_brings_no_markup(tex: str) -> None:
    drawn = mathml(tex, "inline")
    assert drawn is not None
    assert "<script" not in drawn
    names = {name for element in fromstring(drawn).iter() for name in element.attrib}  # noqa: S314 - made by us
    assert not [name for name in names if name in ("href", "style") or name.startswith("on")]


@pytest.mark.parametrize("tex", ["{", r"\frac", "{" * 900 + "}" * 900, "x" * 10_000, "x^1^2", ""])
def test_what_is_no_formula_stays_as_it_was(tex: str) -> None:
    drawn = mathml(tex, "inline")
    assert drawn is None or drawn.startswith("<math")
