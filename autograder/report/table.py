"""Trusted side. The table of checks that stands below each task in the feedback."""

from jinja2 import Environment

from autograder.result import Outcome, TaskResult

MARKS = {
    Outcome.PASSED: ("✓", "passed"),
    Outcome.FAILED: ("✗", "not passed"),
    Outcome.RAISED: ("✗", "raised an error"),
    Outcome.TIMEOUT: ("✗", "took too long"),
    Outcome.CRASHED: ("✗", "ended the process"),
    Outcome.MISSING: ("–", "missing"),
    Outcome.GRADER_FAULT: ("?", "to be looked at"),
}

# Colours are inline, since feedback pages bring their own style sheet, and pass WCAG AA on white.
_TABLE = Environment(autoescape=True).from_string(
    """\
<table style="border-collapse:collapse;width:100%;max-width:60em;background:#fff;color:#1a1a1a">
<caption style="text-align:left;font-weight:bold;color:inherit">
{{ caption }}</caption>
<thead><tr>
{% for head in ("Check", "Result", "Points") -%}
<th scope="col" style="text-align:left;border-bottom:2px solid #555;padding:4px 8px">{{ head }}</th>
{% endfor %}</tr></thead>
<tbody>
{% for check in task.telling -%}
<tr style="vertical-align:top">
<td style="text-align:left;border-bottom:1px solid #bbb;padding:4px 8px">{{ check.title }}
{%- if check.message %}
<div style="white-space:pre-wrap;margin-top:2px;color:#444">{{ check.message }}</div>
{%- endif %}</td>
<td style="text-align:left;border-bottom:1px solid #bbb;padding:4px 8px;white-space:nowrap;\
color:{{ '#1b5e20' if check.outcome == 'passed' else '#a11212' }}">
{{ marks[check.outcome][0] }} {{ marks[check.outcome][1] }}</td>
<td style="text-align:left;border-bottom:1px solid #bbb;padding:4px 8px;white-space:nowrap">
{{ points(check.points) }} / {{ points(check.max_points) }}</td>
</tr>
{% endfor %}</tbody>
</table>
{% for note in notes %}<p style="background:#fff;color:#444">Note: {{ note }}.</p>
{% endfor %}"""
)


def points(value: float | None) -> str:
    """As people write them; None is not 0."""
    return "not yet graded" if value is None else f"{value:g}"


def task_table(task: TaskResult, notes: tuple[str, ...] = ()) -> str:
    """An HTML table: each check's title, outcome, points, and what to think about."""
    return _TABLE.render(task=task, caption=_caption(task), marks=MARKS, points=points, notes=notes)


def task_text(task: TaskResult) -> str:
    """The same as plain text, for pages and programs that show no HTML."""
    lines = [_caption(task)]
    for check in task.telling:
        mark, words = MARKS[check.outcome]
        lines.append(
            f"{mark} {check.title} ({words}, {points(check.points)}/{points(check.max_points)})"
        )
        if check.message:
            lines.append(f"    {check.message}")
    return "\n".join(lines)


def _caption(task: TaskResult) -> str:
    """Without points: a person may change them, and they are said elsewhere."""
    return f"{task.name}: what the checks say" if task.checks else f"{task.name}: not judged here"
