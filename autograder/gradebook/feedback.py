"""Trusted side. The feedback page of a student, the same no matter which program asks for it.

What students wrote is shown as text, or cleaned, so that no script runs on a grader's screen and
no picture is loaded from elsewhere. Formulas are MathML, so a page needs no network. Most of a
page is the lesson, the same for a whole class: what is the same is rendered once.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Any

import bleach
from jinja2 import Template
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters import strip_ansi
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from nbformat import NotebookNode
from nbgrader import utils
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers.python import PythonLexer

from autograder.gradebook.autograded import SEALED
from autograder.gradebook.formulas import mathml
from autograder.gradebook.highlighting import BoundedRenderer, is_slow, is_slow_text
from autograder.report.page import environment
from autograder.report.score import UNSEALED, Standing, TaskScore
from autograder.submission.prose import as_typed

_CELLS_REMEMBERED = 1_024
_MOST_TEXT = 200_000  # characters of Markdown a page; a lesson has a seventh of it
_DEEPER = 2  # the page has headings of its own above those of the notebook
_TAGS = """a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption
figure h1 h2 h3 h4 h5 h6 hr i img kbd li mark ol p pre q s small span strong sub summary sup table
tbody td tfoot th thead tr u ul""".split()
_ATTRIBUTES = {
    "*": ["title"],
    "a": ["href"],
    "details": ["open"],
    "ol": ["start"],
    "td": ["colspan", "rowspan", "align"],
    "th": ["colspan", "rowspan", "align", "scope"],
}
_HEADING = re.compile(r"<(/?)h([1-6])>")
_HELD = re.compile("\ue000(\\d+)\ue001")
_NO_MARKS = {0xE000: None, 0xE001: None}  # what is not ours must not look like a held formula
_code = HtmlFormatter(cssclass="code", nowrap=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownTask:
    """A graded cell: its points, the table of its checks, and what a person wrote about it."""

    row: TaskScore
    comment: Markup
    checks: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownCell:
    """A cell of the notebook. `folded` says what is folded away, `answer` which task it solves."""

    source: Markup
    folded: str
    answer: str
    shown: tuple[Markup, ...]


class _Renderer(BoundedRenderer):
    """Holds formulas back, so that cleaning does not see them."""

    def __init__(self, attachments: dict[str, dict[str, str]]) -> None:
        super().__init__(escape=False, attachments=attachments)
        self.formulas: list[str] = []

    def heading(self, text: str, level: int, **_: object) -> str:
        level = min(6, level + _DEEPER)
        return f"<h{level}>{text}</h{level}>\n"

    def block_math(self, body: str) -> str:
        return self._hold(body, "block")

    def inline_math(self, body: str) -> str:
        return self._hold(body, "inline")

    def latex_environment(self, name: str, body: str) -> str:
        return self._hold(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")

    def _hold(self, body: str, display: str) -> str:
        formula = mathml(body, display) or as_typed(f"<code>{escape(body)}</code>")
        self.formulas.append(formula)
        return f"\ue000{len(self.formulas) - 1}\ue001"


class FeedbackExporter(Exporter):
    """An autograded notebook that holds scores and comments, as one HTML page."""

    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = None  # no entry in JupyterLab's menu

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page; `resources["nbgrader"]` says whose it is and holds the score."""
        notebook, known = super().from_notebook_node(nb, resources, **kw)
        about = known["nbgrader"]
        graded = [cell for cell in notebook.cells if utils.is_grade(cell) or utils.is_task(cell)]
        tasks = [_task(cell, notebook) for cell in graded]
        page = _template().render(
            name=about["notebook"],
            standing=Standing(
                student=about["student"],
                max_score=about["max_score"],
                tasks=tuple(task.row for task in tasks),
                late_penalty=about["late_penalty"],
            ),
            tasks=tasks,
            unsealed="" if notebook.metadata.get(SEALED, True) else UNSEALED,
            cells=_in_order(_cells(notebook)),
        )
        return page, known


@lru_cache(1)
def _template() -> Template:
    pages = environment()
    pages.globals["code_style"] = Markup(_code.get_style_defs(".code"))
    return pages.get_template("feedback.html.j2")


@lru_cache(_CELLS_REMEMBERED)
def text_as_html(source: str) -> Markup:
    """Anybody's Markdown as HTML: cleaned, with formulas as MathML; as text if it is slow."""
    return _rendered(source, {})


def _rendered(source: str, attachments: dict[str, dict[str, str]]) -> Markup:
    """The same with the pictures that its cell carries."""
    if is_slow_text(source):
        return _plain(source)
    renderer = _Renderer(attachments)
    dirty = MarkdownWithMath(renderer=renderer).render(source.translate(_NO_MARKS))
    clean = bleach.clean(
        dirty,
        tags=_TAGS,
        attributes={**_ATTRIBUTES, "img": _is_harmless},
        protocols=["http", "https", "mailto", "data"],
        strip=True,
    )
    return Markup(_HELD.sub(lambda held: renderer.formulas[int(held[1])], as_typed(clean)))


def _plain(source: str) -> Markup:
    return Markup(as_typed(f"<pre>{escape(source)}</pre>"))


def _is_harmless(_tag: str, name: str, value: str) -> bool:
    """Of a picture: words, and bytes that are in the page already."""
    return name in ("alt", "title") or (name == "src" and value.startswith("data:image/"))


@lru_cache(_CELLS_REMEMBERED)
def code_as_html(source: str) -> Markup:
    """Highlighted Python; as plain text where that could take long."""
    code = escape(source) if is_slow(source) else highlight(source, PythonLexer(), _code)
    return Markup('<pre class="code">{}</pre>').format(Markup(code))


def _task(cell: NotebookNode, notebook: NotebookNode) -> _ShownTask:
    marks = cell.metadata.nbgrader
    answers = {marks["grade_id"], f"{marks['grade_id']}_answer"}
    comments = [
        other.metadata.nbgrader.get("comment")
        for other in notebook.cells
        if (utils.is_solution(other) or utils.is_task(other))
        and other.metadata.nbgrader["grade_id"] in answers
    ]
    tables = [
        o.data["text/html"] for o in cell.get("outputs", ()) if "text/html" in o.get("data", ())
    ]
    return _ShownTask(
        row=TaskScore(**marks["row"]),
        comment=text_as_html("\n\n".join(filter(None, comments))),
        # What stands below a test cell was written by us, see `autograded.put_verdict`.
        checks=Markup("\n".join(tables)) if utils.is_locked(cell) else Markup(),
    )


def _cells(notebook: NotebookNode) -> list[_ShownCell]:
    left, shown = _MOST_TEXT, []
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            source = code_as_html(cell.source)
        else:
            left -= len(cell.source)
            source = _prose(cell) if left >= 0 else _plain(cell.source)
        shown.append(_cell(cell, source))
    return shown


def _prose(cell: NotebookNode) -> Markup:
    """A cell of Markdown; what carries pictures is not kept for others."""
    attachments = cell.get("attachments")
    return _rendered(cell.source, attachments) if attachments else text_as_html(cell.source)


def _cell(cell: NotebookNode, source: Markup) -> _ShownCell:
    folded = ""
    test = utils.is_grade(cell) and not utils.is_solution(cell)
    if test:
        folded = f"The visible check of {cell.metadata.nbgrader['grade_id']}"
    elif cell.metadata.get("jupyter", {}).get("source_hidden"):
        folded = "A cell that is folded away"
    outputs = () if test else cell.get("outputs", ())
    return _ShownCell(
        source=source,
        folded=folded,
        answer=cell.metadata.nbgrader["grade_id"] if utils.is_solution(cell) else "",
        shown=tuple(_shown(output) for output in outputs),
    )


def _in_order(cells: list[_ShownCell]) -> list[_ShownCell]:
    """With headings that go down one level at a time, whatever a student left of the lesson."""
    level = _DEEPER

    def next_level(found: re.Match[str]) -> str:
        nonlocal level
        if not found[1]:
            level = min(int(found[2]), level + 1)
        return f"<{found[1]}h{level}>"

    return [replace(cell, source=Markup(_HEADING.sub(next_level, cell.source))) for cell in cells]


def _shown(output: NotebookNode) -> Markup:
    """What a cell printed, or a picture that it drew."""
    data = output.get("data", {})
    if "image/png" in data:
        alt = output.metadata.get("image/png", {}).get("alt", "A picture that this cell showed.")
        return Markup('<img alt="{}" src="data:image/png;base64,{}">').format(
            alt, data["image/png"]
        )
    text = output.get("text", data.get("text/plain", ""))
    return Markup('<pre class="shown">{}</pre>').format(strip_ansi(text))
