"""Trusted side. `autograder grade`, `report` and `demo`: a class, a real one or a simulated one."""

import sys
from contextlib import closing
from typing import Any

import click

from autograder.cli.common import FINDINGS, jobs_option, json_option, report_json, the_course
from autograder.errors import CourseError


@click.command()
@click.argument("name", metavar="ASSIGNMENT")
@click.option("-s", "--student", "students", multiple=True, help="Only this one; repeatable.")
@jobs_option
@click.option("--scheduler", metavar="ADDRESS", help="Grade on a Dask cluster: tcp://HOST:PORT.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and why; do nothing.")
@click.option("--compare", is_flag=True, help="Say whose grade would change; write no grades.")
@json_option
@click.pass_obj
def grade(
    obj: dict[str, Any],
    name: str,
    students: tuple[str, ...],
    jobs: int | None,
    scheduler: str | None,
    dry_run: bool,
    compare: bool,
    json_to: str | None,
) -> None:
    """Grade what was submitted into nbgrader's gradebook and write the feedback.

    What has not changed since it was graded is not run again.
    """
    from autograder.gradebook.shared import shared_classroom
    from autograder.grading.classroom import submitted
    from autograder.report import terminal

    course, out = the_course(obj), terminal.console(json_on_stdout=json_to == "-")
    assignment = course.assignment(name)
    entries = submitted(assignment, students)
    classroom = shared_classroom(course.root, isolate=obj["isolate"])
    if dry_run:
        plan = {entry.student: why for entry, why in classroom.plan(assignment, entries).items()}
        terminal.show_plan(out, plan)
        report_json(json_to, plan)
        return
    expecting = classroom.todo(assignment, entries).values()
    with _engine(assignment, classroom.sandbox, jobs, scheduler, expecting) as engine:
        # Imported while fork-servers start: nbgrader takes about as long.
        from autograder.gradebook.commands import reach_gradebook
        from autograder.gradebook.writer import compare_class, grade_class

        reach_gradebook(course.root)
        act = compare_class if compare else grade_class
        with terminal.progress(out, name, len(entries)) as tick:
            tell = lambda done: tick(terminal.line_of(done))  # noqa: E731
            report = act(assignment, entries, classroom, engine, tell)
    if compare:
        terminal.show_changes(out, report.changes)
    else:
        _show_class_report(out, report)
    report_json(json_to, [result.report() for result in report.results])
    sys.exit(0 if report.complete else FINDINGS)


@click.command()
@click.argument("name", metavar="[ASSIGNMENT]", required=False)
@json_option
@click.pass_obj
def demo(obj: dict[str, Any], name: str | None, json_to: str | None) -> None:
    """Grade a simulated class in a course folder of its own, demo/."""
    from autograder.gradebook.writer import feedback_page, write_class_page
    from autograder.grading.local import processors
    from autograder.report.terminal import console, line_of, progress
    from autograder.showcase.demo import CLASS_SIZE, make_demo_course, simulate_class

    course, out = the_course(obj), console(json_on_stdout=json_to == "-")
    names = [name] if name else [n for n in course.names() if course.assignment(n).tasks]
    reports = []
    demo_course, bank = make_demo_course(course), course.root / "solutions"
    for each in names:
        assignment = demo_course.assignment(each)
        with progress(out, each, CLASS_SIZE) as tick:
            report = simulate_class(
                assignment, bank, lambda done: tick(line_of(done)), jobs=processors()
            )
        _show_class_report(out, report)
        reports += [result.report() for result in report.results]
        out.print(f"gradebook  {assignment.root / 'gradebook.db'}", markup=False, soft_wrap=True)
        for result in report.results[:1]:
            out.print(
                f"feedback   {feedback_page(assignment, result.student)}",
                markup=False,
                soft_wrap=True,
            )
        out.print(
            f"           and {len(report.results) - 1} more beside it", markup=False, soft_wrap=True
        )
        out.print(
            f"the class  {write_class_page(assignment, report.results)}",
            markup=False,
            soft_wrap=True,
        )
    report_json(json_to, reports)


@click.command()
@click.argument("name", metavar="ASSIGNMENT")
@json_option
@click.pass_obj
def report(obj: dict[str, Any], name: str, json_to: str | None) -> None:
    """Show a class as it was last graded, and write the page on it; nothing is run."""
    from autograder.gradebook.shared import shared_classroom
    from autograder.gradebook.writer import write_class_page
    from autograder.report.terminal import console, show_class

    course, out = the_course(obj), console(json_on_stdout=json_to == "-")
    assignment = course.assignment(name)
    results = shared_classroom(course.root).written(assignment)
    show_class(out, results)
    out.print(f"the class  {write_class_page(assignment, results)}", markup=False, soft_wrap=True)
    report_json(json_to, [result.report() for result in results])


def _engine(
    assignment: Any, sandbox: Any, jobs: int | None, scheduler: str | None, expecting: Any
) -> Any:
    """Where submissions are graded, as a context."""
    from autograder.grading.local import Graders, processors

    if scheduler is None:
        return closing(Graders(sandbox, jobs=jobs or processors(), expecting=expecting))
    if not sandbox.isolate:
        raise CourseError("--scheduler always isolates; leave out --unsafe-no-sandbox")
    try:
        from autograder.grading.dask import Cluster
    except ImportError:
        raise CourseError("--scheduler needs Dask; run pip install 'distributed'") from None
    return closing(Cluster(scheduler, assignment))


def _show_class_report(out: Any, report: Any) -> None:
    from autograder.report.terminal import plain, show_class

    show_class(out, report.results)
    for line in report.unwritten:
        out.print(plain(f"not in the gradebook: {line}"))
