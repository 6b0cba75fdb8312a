"""Trusted side. Arguments in, one call, an exit code out. Imports late: help is instant."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any, cast

import click

from autograder.cli_data import data
from autograder.errors import AutograderError, CourseError

FINDINGS = 1
# jsonschema takes it if it is there, to check addresses, and its grammar takes a second to build.
# No notebook is checked for addresses, so it is as if it were not there.
sys.modules.setdefault("rfc3987_syntax", cast(Any, None))


class _Group(click.Group):
    """Shows our errors as one line and their exit code, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AutograderError as error:
            click.echo(f"autograder: {error}", err=True)
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("autograder: interrupted; what was graded is stored", err=True)
            sys.exit(130)


_json = click.option(
    "--json", "json_to", metavar="FILE", help="Also write the report as JSON; '-' is stdout."
)

_jobs = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    help="Submissions graded at a time; by default one for each processor.",
)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--course",
    type=click.Path(path_type=Path),
    default=Path("."),
    help="A folder of the course; the current one by default.",
)
@click.option(
    "--unsafe-no-sandbox",
    is_flag=True,
    help="Run notebooks unprotected. For your own only; every result is stamped.",
)
@click.version_option(package_name="autograder")
@click.pass_context
def main(ctx: click.Context, course: Path, unsafe_no_sandbox: bool) -> None:
    """Grades notebooks sealed and fast, on top of nbgrader.

    Exit codes: 0 done, 1 findings, 2 usage or configuration, 3 this machine cannot isolate.
    """
    ctx.obj = {"folder": course, "isolate": not unsafe_no_sandbox}


@main.command()
@_json
@click.pass_obj
def doctor(obj: dict[str, Any], json_to: str | None) -> None:
    """Say what this machine can do, and what to do about what it cannot."""
    from autograder.doctor import examine

    findings = examine(_course(obj).root)
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.fact}", err=json_to == "-")
        if not finding.ok:
            click.echo(f"      {finding.remedy}", err=json_to == "-")
    _write_json(json_to, [finding.to_json() for finding in findings])
    sys.exit(next((finding.exit_code for finding in findings if not finding.ok), 0))


@main.command()
@click.argument("assignments", nargs=-1)
@_json
@click.pass_obj
def release(obj: dict[str, Any], assignments: tuple[str, ...], json_to: str | None) -> None:
    """Build the student release and the reference, and pass them through the gate."""
    from autograder.gradebook.build import build_release
    from autograder.report.terminal import console

    course, out = _course(obj), console(json_on_stdout=json_to == "-")
    reports = []
    with _sandbox(obj) as sandbox:
        for name in assignments or course.names():
            report = build_release(course.assignment(name), sandbox)
            for problem in report["problems"]:
                out.print(f"{name}: {problem}", markup=False)
            if report["ok"]:
                out.print(f"{name}: released as {report['release']}", markup=False)
            reports.append(report)
    _write_json(json_to, reports)
    sys.exit(0 if all(report["ok"] for report in reports) else FINDINGS)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-a", "--assignment", "name", required=True, help="Which assignment it answers.")
@_json
@click.pass_obj
def check(obj: dict[str, Any], file: Path, name: str, json_to: str | None) -> None:
    """Grade one notebook and print the report; no gradebook is touched."""
    from autograder.grading import grade
    from autograder.notebook import read_submission
    from autograder.report.terminal import console, show_result

    assignment = _course(obj).assignment(name)
    submission = read_submission(file, assignment, student=file.stem)
    with _sandbox(obj) as sandbox:
        result = grade(assignment, submission, sandbox)
    show_result(console(json_on_stdout=json_to == "-"), result)
    _write_json(json_to, result.report())
    sys.exit(0 if result.score is not None else FINDINGS)


@main.command()
@click.argument("assignments", nargs=-1)
@click.option("--bank", type=click.Path(path_type=Path), help="Stands for solutions/.")
@_jobs
@_json
@click.pass_obj
def verify(
    obj: dict[str, Any],
    assignments: tuple[str, ...],
    bank: Path | None,
    jobs: int | None,
    json_to: str | None,
) -> None:
    """Grade the bank of right, wrong and hostile submissions by the hidden checks."""
    from autograder.bank import bank_entries
    from autograder.bank import verify as verify_bank
    from autograder.graders import processors
    from autograder.report.terminal import console, progress, show_bank

    course, out = _course(obj), console(json_on_stdout=json_to == "-")
    folder = bank or course.root / "solutions"
    reports = []
    with _sandbox(obj) as sandbox:
        for name in assignments or [n for n in course.names() if course.assignment(n).tasks]:
            assignment = course.assignment(name)
            total = len(bank_entries(assignment, folder))
            with progress(out, name, total) as tick:
                report = verify_bank(
                    assignment,
                    folder,
                    sandbox,
                    lambda entry: tick(entry.path),
                    jobs=jobs or processors(),
                )
            show_bank(out, report)
            reports.append(report)
    found = [report.to_json() for report in reports]
    _write_json(json_to, found[0] if len(found) == 1 else found)
    sys.exit(0 if all(report.ok for report in reports) else FINDINGS)


@main.command()
@click.argument("name", metavar="ASSIGNMENT")
@click.option("-s", "--student", "students", multiple=True, help="Only this one; repeatable.")
@_jobs
@click.option("--scheduler", metavar="ADDRESS", help="Grade on a Dask cluster: tcp://HOST:PORT.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and why; do nothing.")
@click.option("--compare", is_flag=True, help="Say whose grade would change; write no grades.")
@_json
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
    from autograder.classroom import submitted
    from autograder.gradebook.shared import classroom
    from autograder.report import terminal

    course, out = _course(obj), terminal.console(json_on_stdout=json_to == "-")
    assignment = course.assignment(name)
    entries = submitted(assignment, students)
    room = classroom(course.root, isolate=obj["isolate"])
    if dry_run:
        plan = {entry.student: why for entry, why in room.plan(assignment, entries).items()}
        terminal.show_plan(out, plan)
        _write_json(json_to, plan)
        return
    expecting = room.todo(assignment, entries).values()
    with _engine(assignment, room.sandbox, jobs, scheduler, expecting) as engine:
        # Imported while fork-servers start: nbgrader takes about as long.
        from autograder.gradebook.commands import reach_gradebook
        from autograder.gradebook.writer import compare_class, grade_class

        reach_gradebook(course.root)
        act = compare_class if compare else grade_class
        with terminal.progress(out, name, len(entries)) as tick:
            tell = lambda done: tick(terminal.line_of(done))  # noqa: E731
            report = act(assignment, entries, room, engine, tell)
    if compare:
        terminal.show_changes(out, report.changes)
    else:
        _show_class_report(out, report)
    _write_json(json_to, [result.report() for result in report.results])
    sys.exit(0 if report.complete else FINDINGS)


@main.command()
@click.argument("name", metavar="[ASSIGNMENT]", required=False)
@_json
@click.pass_obj
def demo(obj: dict[str, Any], name: str | None, json_to: str | None) -> None:
    """Grade a simulated class in a course folder of its own, demo/."""
    from autograder.gradebook.demo import CLASS_SIZE, make_demo_course, simulate_class
    from autograder.gradebook.writer import feedback_page
    from autograder.graders import processors
    from autograder.report.terminal import console, line_of, progress

    course, out = _course(obj), console(json_on_stdout=json_to == "-")
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
        out.print(f"gradebook  {assignment.root / 'gradebook.db'}", markup=False)
        for result in report.results[:1]:
            out.print(f"feedback   {feedback_page(assignment, result.student)}", markup=False)
        out.print(f"           and {len(report.results) - 1} more beside it", markup=False)
    _write_json(json_to, reports)


@main.command()
@click.option("--fresh", is_flag=True, help="Begin anew; what was done in lab/ is deleted.")
@_json
@click.pass_obj
def lab(obj: dict[str, Any], fresh: bool, json_to: str | None) -> None:
    """Start JupyterLab twice, to try the instructor's and the student's part on one machine."""
    from autograder.gradebook.lab import guide, make_lab, serve

    root = make_lab(_course(obj), fresh=fresh)
    click.echo("Starting JupyterLab for an instructor and for a student ...", err=True)

    def tell(servers: list[Any]) -> None:
        addresses = {server.role: server.url for server in servers}
        click.echo(guide(addresses, root), err=json_to == "-")
        _write_json(json_to, addresses)

    serve(root, tell)
    click.echo("Both have stopped; 'autograder lab' goes on where you left off.", err=True)


def _engine(
    assignment: Any, sandbox: Any, jobs: int | None, scheduler: str | None, expecting: Any
) -> Any:
    """Where submissions are graded, as a context."""
    from autograder.graders import Graders, processors

    if scheduler is None:
        return nullcontext(Graders(sandbox, jobs=jobs or processors(), expecting=expecting))
    if not sandbox.isolate:
        raise CourseError("--scheduler always isolates; leave out --unsafe-no-sandbox")
    try:
        from autograder.cluster import Cluster
    except ImportError:
        raise CourseError("--scheduler needs Dask; run pip install 'distributed'") from None
    return Cluster(scheduler, assignment)


def _show_class_report(out: Any, report: Any) -> None:
    from autograder.report.terminal import plain, show_class

    show_class(out, report.results)
    for line in report.unwritten:
        out.print(plain(f"not in the gradebook: {line}"))


def _course(obj: dict[str, Any]) -> Any:
    from autograder.course import Course

    return Course.find(obj["folder"])


def _sandbox(obj: dict[str, Any]) -> Any:
    from autograder.sandbox import Sandbox

    return Sandbox(_course(obj).root, isolate=obj["isolate"])


def _write_json(target: str | None, data: Any) -> None:
    from autograder.storage import write_json

    write_json(target, data)


main.add_command(data)


if __name__ == "__main__":
    main()
