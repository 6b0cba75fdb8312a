"""Trusted side. Arguments in, one call, an exit code out. Imports late: help is instant."""

import sys
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import click

from autograder.cli.common import (
    FINDINGS,
    a_sandbox,
    jobs_option,
    json_option,
    report_json,
    the_course,
)
from autograder.cli.data import data
from autograder.cli.grade import demo, grade, report
from autograder.errors import AutograderError

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
@json_option
@click.pass_obj
def doctor(obj: dict[str, Any], json_to: str | None) -> None:
    """Say what this machine can do, and what to do about what it cannot."""
    from autograder.report.doctor import examine

    findings = examine(the_course(obj).root)
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.fact}", err=json_to == "-")
        if not finding.ok:
            click.echo(f"      {finding.remedy}", err=json_to == "-")
    report_json(json_to, [finding.to_json() for finding in findings])
    sys.exit(next((finding.exit_code for finding in findings if not finding.ok), 0))


@main.command()
@click.argument("assignments", nargs=-1)
@click.option("--again", is_flag=True, help="Run reference and gate, also where nothing changed.")
@json_option
@click.pass_obj
def release(
    obj: dict[str, Any], assignments: tuple[str, ...], again: bool, json_to: str | None
) -> None:
    """Build the student release and the reference, and pass them through the gate."""
    from autograder.gradebook.build import build_release
    from autograder.report.terminal import console

    course, out = the_course(obj), console(json_on_stdout=json_to == "-")
    reports = []
    with a_sandbox(obj) as sandbox:
        for name in assignments or course.names():
            report = build_release(course.assignment(name), sandbox, again=again)
            for problem in report["problems"]:
                out.print(f"{name}: {problem}", markup=False)
            if report["ok"]:
                out.print(f"{name}: released as {report['release']}", markup=False)
            reports.append(report)
    report_json(json_to, reports)
    sys.exit(0 if all(report["ok"] for report in reports) else FINDINGS)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-a", "--assignment", "name", required=True, help="Which assignment it answers.")
@json_option
@click.pass_obj
def check(obj: dict[str, Any], file: Path, name: str, json_to: str | None) -> None:
    """Grade one notebook and print the report; no gradebook is touched."""
    from autograder.grading.local import Graders
    from autograder.grading.one import grade, lost
    from autograder.report.terminal import console, show_result
    from autograder.submission.reading import read_submission

    assignment = the_course(obj).assignment(name)
    submission = read_submission(file, assignment, student=file.stem)
    with (
        a_sandbox(obj) as sandbox,
        closing(Graders(sandbox, expecting=[submission.flavour])) as graders,
    ):
        result = graders.one(
            assignment,
            grade,
            submission,
            lambda submission: lost(assignment, submission.student, sandbox.isolation),
        )
    show_result(console(json_on_stdout=json_to == "-"), result)
    report_json(json_to, result.report())
    sys.exit(0 if result.score is not None else FINDINGS)


@main.command()
@click.argument("assignments", nargs=-1)
@click.option("--bank", type=click.Path(path_type=Path), help="Stands for solutions/.")
@click.option("--again", is_flag=True, help="Grade every entry, also where the verdict is known.")
@jobs_option
@json_option
@click.pass_obj
def verify(
    obj: dict[str, Any],
    assignments: tuple[str, ...],
    bank: Path | None,
    again: bool,
    jobs: int | None,
    json_to: str | None,
) -> None:
    """Grade the bank of right, wrong and hostile submissions by the hidden checks.

    Entries whose verdict still holds are not graded: solutions/<assignment>/verdicts.json has it.
    """
    from autograder.authoring.bank import Bank
    from autograder.authoring.bank import verify as verify_bank
    from autograder.grading.local import processors
    from autograder.report.terminal import console, progress, show_bank

    course, out = the_course(obj), console(json_on_stdout=json_to == "-")
    reports = []
    with a_sandbox(obj) as sandbox:
        for name in assignments or [n for n in course.names() if course.assignment(n).tasks]:
            entries = Bank(course.assignment(name), bank, again=again)
            with progress(out, name, len(entries.due)) as tick:
                report = verify_bank(
                    entries, sandbox, lambda entry: tick(entry.path), jobs=jobs or processors()
                )
            show_bank(out, report)
            reports.append(report)
    found = [report.to_json() for report in reports]
    report_json(json_to, found[0] if len(found) == 1 else found)
    sys.exit(0 if all(report.ok for report in reports) else FINDINGS)


@main.command()
@click.option("--fresh", is_flag=True, help="Begin anew; what was done in lab/ is deleted.")
@json_option
@click.pass_obj
def lab(obj: dict[str, Any], fresh: bool, json_to: str | None) -> None:
    """Start JupyterLab twice, to try the instructor's and the student's part on one machine."""
    from autograder.showcase.lab import guide, make_lab, serve

    root = make_lab(the_course(obj), fresh=fresh)
    click.echo("Starting JupyterLab for an instructor and for a student ...", err=True)

    def tell(servers: list[Any]) -> None:
        addresses = {server.role: server.url for server in servers}
        click.echo(guide(addresses, root), err=json_to == "-")
        report_json(json_to, addresses)

    serve(root, tell)
    click.echo("Both have stopped; 'make lab' goes on where you left off.", err=True)


main.add_command(data)
main.add_command(grade)
main.add_command(report)
main.add_command(demo)


if __name__ == "__main__":
    main()
