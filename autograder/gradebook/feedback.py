"""Trusted side. The exporter of feedback pages, used by every way in which nbgrader makes them.

Most of a page is the lesson, the same for a whole class: what is the same is rendered once.
"""

from functools import lru_cache
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode

from autograder.gradebook.formulas import render

_CELLS_REMEMBERED = 1_024


class FeedbackExporter(HTMLExporter):  # type: ignore[misc]
    """As nbconvert's own, but it renders equal cells once.

    nbconvert parses each finished page once more to find pictures without a text that stands for
    them; ours have one from the start (`autograder.grading.cell_outputs`).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        highlight = Highlight2HTML(pygments_lexer="ipython3", parent=self)

        @lru_cache(_CELLS_REMEMBERED)
        def highlighted(source: str, magics_language: str | None) -> str:
            metadata = {"magics_language": magics_language} if magics_language else {}
            return str(highlight(source, metadata=metadata))

        self._highlighted = highlighted
        self._rendered: dict[str, str] = {}

    @pass_context
    def markdown2html(self, context: Context, source: str) -> str:
        """A cell's text as HTML; one with attachments is a page's own."""
        if context.get("cell", {}).get("attachments"):
            return render(self, context, source)
        if source not in self._rendered:
            if len(self._rendered) >= _CELLS_REMEMBERED:
                self._rendered.clear()
            self._rendered[source] = render(self, context, source)
        return self._rendered[source]

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of an autograded notebook in which scores and comments stand."""
        resources = self._init_resources(resources)
        self.register_filter("highlight_code", self._highlight)
        self.register_filter(
            "filter_data_type",
            WidgetsDataTypeFilter(
                notebook_metadata=self._nb_metadata, parent=self, resources=resources
            ),
        )
        page: tuple[str, dict[str, Any]] = TemplateExporter.from_notebook_node(
            self, nb, resources, **kw
        )
        return page

    def _highlight(self, source: str, language: str | None = None, metadata: Any = None) -> str:
        return self._highlighted(source, (metadata or {}).get("magics_language"))
