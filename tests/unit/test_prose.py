"""A stranger's prose stays prose, and nothing in it runs or is fetched where others open it."""

import base64
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook, new_raw_cell
from traitlets.config import Config

from autograder.course.layout import Course
from autograder.gradebook.course_config import plug_in
from autograder.gradebook.feedback import text_as_html
from autograder.submission.prose import Pictures, harmless
from autograder.submission.reading import read_submission
from tests.conftest import ASSIGNMENT, ROOT, hand_in, notebook_of

PROSE = [
    "The *weights* sum to 1: $a_i < b_i$, so i <n and n>m.",
    "See [the paper](https://arxiv.org/abs/1706.03762) and R&D, a description.",
    "![plot](attachment:plot.png)",
    "# Why\n\n- one\n- two `x < y`",
    "`scores[i]` is $e_{ij}$",
    "Where i<j and j<k the mask is 0, and a</b means nothing.",
    "`if i<n:` in code, and $i<n$.",
]
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "text <svg/onload=alert(1)>",
    "<div\nonclick=alert(1)>\n",
    "<!-- > <script>alert(1)</script> -->",
    "<?php <b> ?>",
    "<https://example.org/x>",
    "x<p onclick=alert(1)",
    "x<img src=x onerror=alert(1)",
    "x<script",
    "x<b\n\nonclick=alert(1)>",
    "<javascript:alert(1)>",
    "[a](javascript:alert(1))",
    "[a]( JaVaScRiPt:alert(1))",
    "[a](java&#115;cript:alert(1))",
    "[a](&#x6a;avascript:alert(1))",
    "[a\n](javascript:alert(1))",
    "[a][b]\n\n[b]: javascript:alert(1)",
    "[b]\n\n[b]: javascript:alert(1)",
    "![a](https://example.org/x.png)",
    "![a][b]\n\n[b]: https://example.org/x.png",
    "![ [a](https://example.org/x.png) ](https://example.org/y.png)",
    "[![a](https://example.org/x.png)](https://example.org)",
    "[a](https://example.org/x 'title\"onclick=alert(1)')",
    '[a](https://example.org/x"onclick=alert(1))',
    '![a](attachment:x.png"onerror=alert(1))',
    "![a](attachment:nothing.png)",
    "![a](data:image/svg+xml;base64,PHN2Zy8+)",
    "[a](data:text/html,<script>alert(1)</script>)",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\style{background:url(https://example.org)}{x}$",
    "`` <script> ` </script> ``",
    "```\n<script>alert(1)</script>\n```\n<script>alert(2)</script>",
    "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
    "$a <img src=x onerror=alert(1)> b$",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\\<script>alert(1)\\</script>",
    "<\\script>alert(1)",
    "<\x00script>alert(1)</script>",
]


def formgraders(source: str, raw: bool = False) -> str:
    """The page that a grader opens, without what is the same on every page."""
    config = Config()
    plug_in(config, ROOT)
    cell = new_raw_cell(source) if raw else new_markdown_cell(source)
    exporter = HTMLExporter(config=config)
    page, _ = exporter.from_notebook_node(new_notebook(cells=[cell]))
    body = BeautifulSoup(page, "html.parser").find("main")
    return str(body)


def dangers(html: str) -> list[Any]:
    """Whatever would run or be fetched."""
    found: list[Any] = []
    for element in BeautifulSoup(html, "html.parser").find_all(True):
        if element.name in ("script", "svg", "iframe", "object", "embed", "style", "link", "form"):
            found.append(element)
        found += [name for name in element.attrs if name.startswith("on")]
        link, source = str(element.get("href", "#")), str(element.get("src", "data:image/"))
        if not link.startswith(("#", "https://", "http://", "mailto:")):
            found.append(link)
        if not source.startswith("data:image/"):
            found.append(source)
    return found


@pytest.mark.parametrize("text", PROSE)
def test_prose_stays_as_it_was(text: str) -> None:
    kept = harmless(text, [])
    assert "```" not in kept
    assert kept.replace("<\u2060", "<") == text


@pytest.mark.parametrize(
    "text", ["i<j, i <n and n>m", "`i<n`", "```\ni<n\n```", "a</b", "x<!y", "<?"]
)
def test_prose_is_shown_as_it_was_typed(text: str) -> None:
    words = text.strip("`\n")
    for page in (text_as_html(harmless(text, [])), formgraders(harmless(text, []))):
        assert words in BeautifulSoup(page, "html.parser").get_text()


@pytest.mark.parametrize("text", ["Here $i<j$ and $j<k$, `x<n`.", "i<j\n\nand 2<k"])
def test_letters_that_are_compared_stay_byte_for_byte(text: str) -> None:
    assert harmless(text, []) == text


def test_a_comparison_in_a_formula_is_one() -> None:
    typed, spaced = (text_as_html(harmless(text, [])) for text in ("$i<j$", "$i < j$"))
    assert typed == spaced


@pytest.mark.parametrize("text", ATTACKS + PROSE)
def test_nothing_runs_where_others_open_it(text: str) -> None:
    shown = harmless(text, [])
    assert dangers(text_as_html(shown)) == []
    assert dangers(formgraders(shown)) == []
    assert dangers(formgraders(shown, raw=True)) == []


def test_formgraders_page_would_run_what_is_not_disarmed() -> None:
    assert dangers(formgraders("<img src=x onerror=alert(1)>"))


def test_pictures_are_kept_if_they_are_pictures() -> None:
    png = base64.b64encode(b"\x89PNG").decode()
    attached = {
        "a.png": {"image/png": png},
        "b.svg": {"image/svg+xml": png},
        "c.png": {"image/png": 'x" onerror="alert(1)'},
        'd" onerror="alert(1)': {"image/png": png},
        "e.gif": "image/gif",
        "f.jpg": {"image/jpeg": [png[:4], png[4:]], "text/html": "<script>"},
    }
    kept = Pictures().of({"cell_type": "markdown", "attachments": attached})
    assert kept == {"a.png": {"image/png": png}, "f.jpg": {"image/jpeg": png}}
    assert Pictures().of({"cell_type": "code", "attachments": attached}) == {}


def test_pictures_of_a_notebook_are_bounded() -> None:
    large = {"a.png": {"image/png": "AAAA" * (1 << 20)}}
    pictures = Pictures()
    assert pictures.of({"cell_type": "markdown", "attachments": large}) == large
    assert pictures.notes == []
    assert pictures.of({"cell_type": "markdown", "attachments": large}) == {}
    (note,) = pictures.notes
    assert note.startswith("the attachment a.png is left out: ")
    assert note.endswith("up to 5 MB a notebook")


def test_what_is_left_out_of_a_written_answer_is_noted(course: Path) -> None:
    notebook = notebook_of(course)
    drawing = {"drawing.svg": {"image/svg+xml": "PHN2Zy8+"}}
    answer = {"cell_type": "markdown", "metadata": {}, "source": "See.", "attachments": drawing}
    notebook["cells"].append(answer)
    path = hand_in(course, "ann", notebook)
    assignment = Course(root=course).assignment(ASSIGNMENT)
    found = read_submission(path, assignment, student="ann")
    assert any("drawing.svg is left out" in note for note in found.mended)
