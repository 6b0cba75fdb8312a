"""Inside. An IPython shell without a kernel: magics and `display` work, output is collected."""

import base64
import io
from tokenize import TokenError
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from autograder.inside.habits import before_a_cell, left_out, no_output

_MAX_ITEMS = 50
_MAX_TEXT = 20_000
_MAX_PICTURE_BYTES = 2 << 20


class _Publisher(DisplayPublisher):
    """Collects what `display(…)` shows."""

    def publish(self, data: Any, *_: Any, **__: Any) -> None:
        GradingShell.instance().collect("display_data", data)

    def clear_output(self, *_: Any, **__: Any) -> None:
        return None


class _Hook(DisplayHook):
    """Collects the value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        return None

    def write_format_data(self, format_dict: dict[str, Any], *_: Any, **__: Any) -> None:
        GradingShell.instance().collect("execute_result", format_dict)

    def quiet(self) -> bool:
        """Whether its value is not to be shown; IPython's own looks into a history."""
        try:
            source = GradingShell.instance().source
            found: bool = self.semicolon_at_end_of_expression(source)  # type: ignore[no-untyped-call]  # it says no types
        except (SyntaxError, TokenError):  # magics need be no Python
            return False
        return found

    def log_output(self, *_: Any) -> None:
        return None

    def finish_displayhook(self) -> None:
        self._is_active = False


class GradingShell(InteractiveShell):
    """Runs cells one by one and remembers what each showed."""

    def run(
        self, source: str, number: int
    ) -> tuple[str | None, list[dict[str, Any]], BaseException | None]:
        """Run one cell: what it shows of its error, if any, what it displayed, and the error."""
        self.collected: list[dict[str, Any]] = []
        self.failure: str | None = None
        self.value: Any = None
        self.execution_count = number
        self.source = source
        before_a_cell()
        result = self.run_cell(source, store_history=False)  # type: ignore[no-untyped-call]  # it says no types
        self.value = result.result
        error = result.error_before_exec or result.error_in_exec
        if result.success:
            self._show_figures()
        elif self.failure is None:
            self.failure = f"{type(error).__name__}: {error}"
        return self.failure, self.collected[:_MAX_ITEMS], error

    def collect(self, kind: str, data: dict[str, Any]) -> None:
        """Keep text and pictures; HTML and scripts of a stranger never reach a grader's page."""
        kept: dict[str, str] = {}
        text = data.get("text/plain")
        if isinstance(text, str):
            kept["text/plain"] = text[:_MAX_TEXT]
        picture = data.get("image/png")
        if isinstance(picture, bytes):
            picture = base64.b64encode(picture).decode()
        if isinstance(picture, str) and len(picture) <= _MAX_PICTURE_BYTES:
            kept["image/png"] = picture
        if kept:
            self.collected.append({"kind": kind, "data": kept})

    def _showtraceback(self, _etype: Any, _evalue: Any, stb: list[str]) -> None:
        self.failure = self.InteractiveTB.stb2text(stb)[-_MAX_TEXT:]

    def system(self, cmd: str) -> None:
        """`!command`, `%pip` and their like."""
        left_out(cmd)
        self.user_ns["_exit_code"] = 1

    system_raw = system_piped = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:  # noqa: ARG002
        """`x = !command`."""
        return no_output(cmd, split=split)

    def enable_matplotlib(self, gui: Any = None) -> tuple[Any, str]:
        """`%matplotlib inline` and its like: figures are pictures here in any case."""
        return gui, "agg"

    def _show_figures(self) -> None:
        """As the inline backend does: open figures are shown at the end of their cell."""
        import matplotlib.pyplot as plt

        for number in plt.get_fignums():
            picture = io.BytesIO()
            plt.figure(number).savefig(picture, format="png", bbox_inches="tight")
            self.collect("display_data", {"image/png": picture.getvalue()})
        plt.close("all")


def make_shell() -> GradingShell:
    """A shell that writes no history, reads no start-up files and uses no colours."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.banner1 = ""
    shell: GradingShell = GradingShell.instance(
        config=config, displayhook_class=_Hook, display_pub_class=_Publisher
    )
    return shell
