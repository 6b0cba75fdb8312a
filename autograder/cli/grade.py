"""Trusted side. `autograder grade`."""

import sys
from contextlib import AbstractContextManager, closing

import click

from autograder.cli.common import (
    FINDINGS,
    Invocation,
    jobs_option,
    json_option,
    pass_invocation,
    to_grade,
)
from autograder.course.layout import Assignment
from autograder.course.storage import write_json
from autograder.errors import CourseError, GradebookError
from autograder.gradebook.shared import shared_classroom
from autograder.grading.classroom import submitted
from autograder.grading.local import Engine, Graders, processors
from autograder.report.terminal import (
    console,
    line_of,
    progress,
    show_changes,
    show_class,
    show_plan,
)
from autograder.result import Result
from autograder.sandbox import Sandbox


@click.command()
@click.argument("name", metavar="ASSIGNMENT")
@click.option("-s", "--student", "students", multiple=True, help="Only this one; repeatable.")
@jobs_option
@click.option("--scheduler", metavar="ADDRESS", help="Grade on a Dask cluster: tcp://HOST:PORT.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and why; do nothing.")
@click.option("--compare", is_flag=True, help="Say whose grade would change; write no grades.")
@json_option
@pass_invocation
def grade(
    invocation: Invocation,
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
    course, out = invocation.course, console(json_on_stdout=json_to == "-")
    assignment = to_grade(course, name)
    entries = submitted(assignment, students)
    classroom = shared_classroom(course.root, isolate=invocation.isolate)
    if dry_run:
        plan = {entry.student: why for entry, why in classroom.plan(assignment, entries).items()}
        show_plan(out, plan)
        write_json(json_to, plan)
        return
    with _engine(assignment, classroom.sandbox, jobs, scheduler, len(entries)) as engine:
        graded = classroom.each(assignment, entries, engine)
        # Imported while fork-servers start: nbgrader takes about as long.
        from autograder.gradebook.commands import reach_gradebook  # noqa: PLC0415
        from autograder.gradebook.standing import standings_of  # noqa: PLC0415
        from autograder.gradebook.writer import compare_class, grade_class, reports  # noqa: PLC0415

        reach_gradebook(course.root)
        with progress(out, name, len(entries)) as tick:

            def tell(result: Result) -> None:
                tick(line_of(result))

            if compare:
                report = compare_class(graded, classroom, tell)
            else:
                report = grade_class(assignment, graded, classroom, tell)
    if compare:
        show_changes(out, report.changes)
        write_json(json_to, [result.report() for result in report.results])
        sys.exit(0 if report.settled({}) else FINDINGS)
    unwritten = report.unwritten
    try:
        standings = standings_of(assignment)
    except GradebookError as error:  # what was judged is said all the same
        standings, unwritten = {}, unwritten or (str(error),)
    show_class(out, report.results, unwritten, standings)
    write_json(json_to, reports(report.results, standings))
    sys.exit(0 if report.settled(standings) and not unwritten else FINDINGS)


def _engine(
    assignment: Assignment,
    sandbox: Sandbox,
    jobs: int | None,
    scheduler: str | None,
    items: int,
) -> AbstractContextManager[Engine]:
    """Where submissions are graded, `items` of them at most."""
    if scheduler is None:
        return closing(Graders(sandbox, jobs=jobs or processors(), items=items))
    if not sandbox.isolate:
        raise CourseError("--scheduler always isolates; leave out --unsafe-no-sandbox")
    try:
        from autograder.grading.dask import Cluster  # noqa: PLC0415 - Dask is an extra
    except ImportError:
        raise CourseError("--scheduler needs Dask; run pip install 'distributed'") from None
    return closing(Cluster(scheduler, assignment))
