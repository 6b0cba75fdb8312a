"""Trusted side. Highlights a stranger's code, and renders a text, only where that is quick.

Pygments looks at a run of blanks again from each of its lines, and Mistune at a row of a table from
each of the rows before it: a class of such cells would keep the grader for hours. What could take
long is shown as plain text.
"""

import re
from html import escape

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer

_LONGEST = 20_000  # characters
_BLANKS = re.compile(r"\s{500}")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_LONGEST_BLOCK = 4_000  # characters between two empty lines
_MOST_BARS = 200  # between the columns of one table


def is_slow(code: str) -> bool:
    """Whether highlighting might take seconds."""
    return len(code) > _LONGEST or _BLANKS.search(code) is not None


def is_slow_text(text: str) -> bool:
    """Whether rendering this Markdown might take seconds."""
    return len(text) > _LONGEST or any(
        len(block) > _LONGEST_BLOCK or block.count("|") > _MOST_BARS
        for block in _EMPTY_LINE.split(text)
    )


class BoundedRenderer(IPythonRenderer):
    """nbconvert's renderer of Markdown, with the bound for its blocks of code."""

    def block_code(self, code: str, info: str | None = None) -> str:
        """A block of code between fences."""
        if is_slow(code):
            return f"<pre><code>{escape(code)}</code></pre>\n"
        return str(super().block_code(code, info=info))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A picture; its words, if the cell does not have it."""
        try:
            return str(super().image(text, url, title))
        except InvalidNotebook:
            return escape(text)


@pass_context
def highlight_code(context: Context, source: str, **about: object) -> str:
    """The filter for formgrader's pages: nbconvert's own, with the bound."""
    if is_slow(source):
        return f'<div class="highlight"><pre>{escape(source)}</pre></div>'
    language = context.get("nb", {}).get("metadata", {}).get("language_info", {})
    lexer = language.get("pygments_lexer", language.get("name"))
    return str(Highlight2HTML(pygments_lexer=lexer)(source, **about))
