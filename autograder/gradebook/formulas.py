"""Trusted side. Formulas of pages as MathML, which a browser draws without a request.

nbconvert leaves them to MathJax, which each page loads from a server on the internet: offline they
would stay TeX, and that server would learn who reads which feedback. `templates/` removes it.
"""

from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element, tostring

from jinja2 import pass_context
from jinja2.runtime import Context
from latex2mathml.converter import convert_to_element
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import MarkdownWithMath

from autograder.gradebook.highlighting import BoundedRenderer, is_slow_text
from autograder.submission.prose import as_typed, formula_as_typed

_LONGEST = 2_000  # characters: a stranger's formula must not take long
# What TeX's \href, \style and the like would put in; a formula does not need them.
_REFUSED = {"href", "style", "class", "id"}


class FormulaRenderer(BoundedRenderer):
    """As nbconvert's own, but formulas become MathML; what is not a formula stays as it was."""

    def block_math(self, body: str) -> str:
        """$$ body $$"""
        return mathml(body, "block") or str(super().block_math(body))

    def inline_math(self, body: str) -> str:
        """$ body $"""
        return mathml(body, "inline") or str(super().inline_math(body))

    def latex_environment(self, name: str, body: str) -> str:
        """What stands between `\\begin` and `\\end`."""
        whole = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return mathml(whole, "block") or str(super().latex_environment(name, body))


def render(exporter: HTMLExporter, context: Context, source: str) -> str:
    """A markdown cell as HTML, with the settings of `exporter`; as plain text if it is slow."""
    if is_slow_text(source):
        return as_typed(f"<pre>{escape(source)}</pre>")
    renderer = FormulaRenderer(
        escape=False,
        attachments=context.get("cell", {}).get("attachments", {}),
        embed_images=exporter.embed_images,
        path=context.get("resources", {}).get("metadata", {}).get("path", ""),
        anchor_link_text=exporter.anchor_link_text,
        exclude_anchor_links=exporter.exclude_anchor_links,
        **exporter.lexer_options,
    )
    return as_typed(str(MarkdownWithMath(renderer=renderer).render(source)))


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """The filter for formgrader's pages, whose exporter is nbconvert's own."""
    return render(_usual_exporter(), context, source)


@lru_cache(1_024)
def mathml(tex: str, display: str) -> str | None:
    """The formula as MathML, "block" or "inline"; None for what cannot be one."""
    if len(tex) > _LONGEST:
        return None
    try:
        formula = convert_to_element(formula_as_typed(tex), display=display)
    except Exception:  # noqa: BLE001 - it has an error for each kind of mistake in TeX
        return None
    for element in formula.iter():
        _make_harmless(element)
    return tostring(formula, encoding="unicode")


@lru_cache(1)
def _usual_exporter() -> HTMLExporter:
    return HTMLExporter()


def _make_harmless(element: Element) -> None:
    """The converter writes signs as entities; here they become text, which is escaped later."""
    element.text = element.text and unescape(element.text)
    element.tail = element.tail and unescape(element.tail)
    for name in _REFUSED & element.attrib.keys():
        del element.attrib[name]
