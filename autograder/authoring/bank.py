"""Trusted side. Checks the checks: grades right, wrong and hostile submissions on purpose."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.authoring import entries as rules
from autograder.authoring.complaints import checks_problems
from autograder.authoring.entries import (
    KINDS,
    BankEntry,
    EntryReport,
    bank_entries,
    grade_entry,
    lost_entry,
    report_on,
)
from autograder.authoring.specimen import files_in, flavour_of, grade_specimen, solved
from autograder.authoring.verdicts import Line, Origins, VerdictBook
from autograder.course.layout import Assignment
from autograder.errors import HiddenCheckError
from autograder.grading.local import Graders, Work
from autograder.result import Result
from autograder.sandbox import Sandbox

REFERENCE = "reference"  # its line in the verdict book


@dataclass(frozen=True, slots=True, kw_only=True)
class BankReport:
    """How the entries did. `graded` of them were graded now; the others' verdicts were known.

    `caught` counts the wrong entries that a check fails, `alone` those that only it fails.
    """

    assignment: str
    entries: tuple[EntryReport, ...] = ()
    caught: dict[str, int] = field(default_factory=dict)
    alone: dict[str, int] = field(default_factory=dict)
    graded: int = 0
    grader_problem: str = ""
    problems: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = [f"{entry.path}: {entry.why}" for entry in self.entries if not entry.ok]
        if self.grader_problem:
            found.append(self.grader_problem)
        object.__setattr__(self, "problems", tuple(found))

    @property
    def idle_checks(self) -> tuple[str, ...]:
        """Checks that no wrong entry fails: nobody knows that they work."""
        return tuple(name for name, count in self.caught.items() if count == 0)

    @property
    def ok(self) -> bool:
        """Whether the bank and its checks are as expected."""
        return not self.problems and not self.idle_checks

    def to_json(self) -> dict[str, Any]:
        """As `verify --json` has it."""
        return {
            "assignment": self.assignment,
            "ok": self.ok,
            "entries": [entry.to_json() for entry in self.entries],
            "idle_checks": list(self.idle_checks),
            "caught_alone": self.alone,
        }


class Bank:
    """The entries for one assignment, and what is known of them.

    The course's own bank has a verdict book; one in another folder has none.
    """

    def __init__(
        self, assignment: Assignment, folder: Path | None = None, *, again: bool = False
    ) -> None:
        """`folder` stands for `solutions/`; with `again` every entry is due."""
        assignment = replace(assignment, tasks=assignment.tested)
        reference = solved(assignment)
        origins = Origins(assignment, rules.__file__)
        self.assignment = assignment
        self.entries = bank_entries(assignment, folder or assignment.solutions.parent)
        self.book = None if folder else VerdictBook(assignment)
        self.follows_from = {
            entry.name: origins.of(entry.judged_by.tasks, *entry.handed_in(reference))
            for entry in self.entries
        }
        files = files_in(assignment.solutions, assignment)
        self.follows_from[REFERENCE] = origins.of(assignment.tasks, reference, files)
        self.known: dict[str, Line] = {}
        if self.book and not again:
            self.known = self.book.still_true(self.follows_from)

    @property
    def due(self) -> tuple[BankEntry, ...]:
        """Entries whose verdict is not known."""
        return tuple(entry for entry in self.entries if entry.name not in self.known)

    @property
    def needs_grading(self) -> bool:
        """Whether anything has to be run to report on the bank."""
        return bool(self.due) or REFERENCE not in self.known

    def known_reports(self) -> dict[str, EntryReport]:
        """What is known, as it was reported when it was graded; by name."""
        return {
            entry.name: report_on(
                entry,
                score=line["score"],
                failed_checks=line["failed_checks"],
                why=line.get("why", ""),
            )
            for entry in self.entries
            if (line := self.known.get(entry.name)) is not None
        }

    @property
    def surplus(self) -> set[str]:
        """Lines of the verdict book about entries that are not there."""
        names = self.book.names if self.book else set()
        return {name for name in names - set(self.follows_from) if is_about_the_bank(name)}

    def remember(self, lines: Mapping[str, Line]) -> None:
        """Write these into the verdict book, beside what is known of entries that are there."""
        if self.book:
            new = {name: self._followed(name, line) for name, line in lines.items()}
            self.book.write(self.known | new, instead_of=is_about_the_bank)

    def remember_one(self, name: str, line: Line) -> None:
        """Write this into the verdict book at once, so that an interruption loses nothing."""
        if self.book:
            self.book.write_one(name, self._followed(name, line))

    def forget(self, names: Iterable[str]) -> None:
        """Take these out of the verdict book."""
        if self.book:
            self.book.write({}, instead_of=set(names).__contains__)

    def _followed(self, name: str, line: Line) -> Line:
        return {"follows_from": self.follows_from[name], **line}


def is_about_the_bank(name: str) -> bool:
    """Whether a line of that name is the bank's: of an entry, or of the reference among them."""
    return name == REFERENCE or name.startswith(tuple(f"{kind}/" for kind in KINDS))


def verify(
    bank: Bank,
    sandbox: Sandbox,
    each: Callable[[EntryReport], None] = lambda _: None,
    *,
    jobs: int = 1,
) -> BankReport:
    """Grade the entries that are due, `jobs` at a time; `each` is told of every one.

    Hidden checks that cannot be used are a finding too. If this is interrupted, the verdict book
    has every verdict that was told but those on hostile entries: these count once the reference
    was graded after them as it was before. Its own line is missing until then.

    Raises:
        DataError: if hidden examples are not there.
        SandboxUnavailable: if this machine cannot isolate.
    """
    problems = checks_problems(bank.assignment)
    if problems:
        return BankReport(assignment=bank.assignment.name, grader_problem="\n".join(problems))
    if not bank.needs_grading:
        if bank.surplus:
            bank.remember({})
        return _report(bank, bank.known[REFERENCE], {})
    try:
        before = _grade_reference(bank.assignment, sandbox)
        if sandbox.isolate:
            bank.forget([REFERENCE])
        found = _grade_due(bank, sandbox, each, jobs)
        after = _grade_reference(bank.assignment, sandbox)
    except HiddenCheckError as error:
        return BankReport(assignment=bank.assignment.name, grader_problem=str(error))
    reference = _reference_line(before)
    if after.report() != before.report():
        why = "the reference is graded differently after the bank: an entry left something"
        bank.forget([REFERENCE, *found])
        return _report(bank, reference, found, why)
    if sandbox.isolate:
        lines = {name: _line(report) for name, report in found.items() if report.is_judged}
        bank.remember({REFERENCE: reference, **lines})
    return _report(bank, reference, found)


def _grade_due(
    bank: Bank, sandbox: Sandbox, each: Callable[[EntryReport], None], jobs: int
) -> dict[str, EntryReport]:
    flavour, work, found = flavour_of(bank.assignment), Work(do=grade_entry, lost=lost_entry), {}
    with closing(Graders(sandbox, jobs=jobs, items=len(bank.due))) as graders:
        for _ in bank.due:
            graders.expect(flavour)
        for entry, report in graders.each(bank.assignment, work, bank.due):
            found[entry.name] = report
            if sandbox.isolate and report.is_judged and report.kind != "hostile":
                bank.remember_one(entry.name, _line(report))
            each(report)
    return found


def _grade_reference(assignment: Assignment, sandbox: Sandbox) -> Result:
    files = files_in(assignment.solutions, assignment)
    return grade_specimen(assignment, solved(assignment), REFERENCE, sandbox, files)


def _reference_line(result: Result) -> Line:
    """Its score, and every check that an entry could lose points by, which says who is idle."""
    checks = [
        f"{task.name}: {c.name}" for task in result.tasks for c in task.checks if c.max_points
    ]
    return {"score": result.score, "checks": checks}


def _line(report: EntryReport) -> Line:
    line: Line = {"score": report.score, "failed_checks": list(report.failed_checks)}
    return line if report.ok else {**line, "why": report.why}


def _report(
    bank: Bank, reference: Line, found: dict[str, EntryReport], problem: str = ""
) -> BankReport:
    """What was graded now and what was known, in one."""
    reports = (bank.known_reports() | found).values()
    caught = dict.fromkeys(reference["checks"], 0)
    alone = dict(caught)
    for report in (one for one in reports if one.kind == "wrong"):
        failed = caught.keys() & {f"{report.task}: {name}" for name in report.failed_checks}
        for name in failed:
            caught[name] += 1
            alone[name] += len(failed) == 1
    if reference["score"] != bank.assignment.max_score:
        problem = f"the reference gets {reference['score']} of {bank.assignment.max_score:g}"
    return BankReport(
        assignment=bank.assignment.name,
        entries=tuple(sorted(reports, key=lambda report: report.path)),
        caught=caught,
        alone=alone,
        graded=len(found),
        grader_problem=problem,
    )
