"""What a stranger wrote neither breaks a feedback page nor takes long to be put on it."""

import time

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

from autograder.gradebook.course_config import plug_in
from autograder.gradebook.feedback import FeedbackExporter, code_as_html, text_as_html
from tests.conftest import ROOT


@pytest.mark.parametrize(
    "text", ["\ue0007\ue001", "\ue000\ue0007\ue0017\ue001", "\ue000$x$0\ue001"]
)
def test_marks_of_held_formulas_are_ours_alone(text: str) -> None:
    shown = text_as_html(text)
    assert "\ue000" not in shown
    assert "\ue001" not in shown
    assert text_as_html(f"{text} $a$").count("<math") == text.count("$x$") + 1


@pytest.mark.parametrize(
    "source", [" \n" * 10_000, "x = 1" + "\n" * 15_000 + "y", "a = '<b>'\n" * 100_000], ids=len
)
def test_code_that_is_made_to_highlight_for_long_is_plain(source: str) -> None:
    began = time.process_time()
    shown = code_as_html(source)
    fenced = text_as_html(f"```python\n{source}\n```")
    assert time.process_time() - began < 2
    assert "<b>" not in shown + fenced


def test_text_of_a_megabyte_is_plain() -> None:
    shown = text_as_html("*a <b>" * 100_000)
    assert shown.startswith("<pre>*a &lt;b&gt;")


@pytest.mark.parametrize("text", ["a" + "|\n" * 9_990, ("a" + "|\n" * 300 + "\n") * 30], ids=len)
def test_table_that_is_made_to_render_for_long_is_plain(text: str) -> None:
    assert text_as_html(text).startswith("<pre>a|\n|\n")
    assert "<table>" in text_as_html("|a|b|\n|-|-|\n" + "|1|2|\n" * 60)


def test_page_renders_so_much_text_and_no_more() -> None:
    cells = [new_markdown_cell(f"*{number}* " + "long " * 700) for number in range(100)]
    about = {"notebook": "n", "student": "s", "score": 0, "max_score": 0, "late_penalty": 0}
    page, _ = FeedbackExporter().from_notebook_node(new_notebook(cells=cells), {"nbgrader": about})
    assert "<em>0</em>" in page
    assert "<em>99</em>" not in page
    assert "*99*" in page


def test_formgraders_pages_highlight_within_the_same_bound() -> None:
    config = Config()
    plug_in(config, ROOT)
    cells = [new_code_cell("x = 1"), new_code_cell(" \n" * 10_000 + "'<b>'")]
    began = time.process_time()
    page, _ = HTMLExporter(config=config).from_notebook_node(new_notebook(cells=cells))
    assert time.process_time() - began < 5
    assert '<span class="n">x</span>' in page
    assert "&lt;b&gt;" in page
