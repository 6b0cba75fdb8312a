"""A terminal shows what strangers chose as text: it is neither markup nor the end of a command."""

import io

from rich.console import Console

from autograder.report import terminal
from autograder.result import Result, Status

RESULT = Result(
    assignment="a",
    student="[/b] [red]ann",
    status=Status.GRADED,
    score=1.0,
    max_score=1.0,
    sealed=True,
    isolation="full",
    mended=(),
    tasks=(),
)


def test_markup_in_a_students_name_is_text() -> None:
    written = io.StringIO()
    out = Console(file=written, force_terminal=True, width=100)
    terminal.show_result(out, RESULT)
    terminal.show_class(out, [RESULT])
    with terminal.progress(out, "grading", 1) as tick:
        tick(terminal.line_of(RESULT))
    assert written.getvalue().count("[/b] [red]ann") >= 3
