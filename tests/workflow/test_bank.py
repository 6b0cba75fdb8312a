"""The checks are checked: the bank is graded as its folders say, and every check is needed."""

import ast
import json
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.bank import Bank, BankReport, verify
from autograder.authoring.entries import (
    BankEntry,
    EntryReport,
    bank_entries,
    grade_entry,
    lost_entry,
)
from autograder.authoring.specimen import flavour_of, grade_specimen
from autograder.course.layout import Assignment, Course
from autograder.errors import CourseError
from autograder.grading.local import Graders, Work, processors
from autograder.result import Result
from autograder.sandbox import Sandbox
from tests.conftest import ASSIGNMENT, GRADED, PATIENCE_S, ROOT, SCRIPTS, Run
from tests.workflow.conftest import INTERRUPTED, Gate, left_behind

HIDDEN = Path("tests", "hidden", ASSIGNMENT)
RIGHT = "def dot_scores(query, keys):\n    return (query[:, None] * keys).sum(-1)\n"
ONE_OF_EACH = (
    "accepted/additive_scores__float64.py",
    "wrong/dot_scores__stub.py",
    "hostile/dot_scores__exits_when_called.py",
)

each_graded = pytest.mark.parametrize("name", GRADED)


def of_course(root: Path, name: str = ASSIGNMENT) -> Assignment:
    return Course(root=root).assignment(name)


def known_report(name: str) -> BankReport:
    """What the verdict book says; nothing is graded for it."""
    bank = Bank(of_course(ROOT, name))
    stale = [entry.name for entry in bank.due]
    assert not bank.needs_grading, (
        f"{len(stale)} verdicts are about something that has changed since, such as {stale[:3]}: "
        f"run 'autograder verify {name}' and commit solutions/{name}/verdicts.json"
    )
    with Sandbox(ROOT) as unused:
        return verify(bank, unused)


@pytest.fixture(scope="module")
def known() -> BankReport:
    return known_report(ASSIGNMENT)


@pytest.fixture(scope="module")
def graders(sandbox: Sandbox) -> Iterator[Graders]:
    """A process that judges entries of the assignment that the tests change."""
    with closing(Graders(sandbox)) as one:
        one.expect(flavour_of(of_course(ROOT)))
        yield one


def graded(
    engine: Graders, assignment: Assignment, entries: Iterable[BankEntry]
) -> list[EntryReport]:
    work = Work(do=grade_entry, lost=lost_entry)
    return [report for _, report in engine.each(assignment, work, entries)]


@each_graded
def test_verdict_book_is_about_what_is_here_and_all_of_it_is_as_it_must_be(name: str) -> None:
    report = known_report(name)
    assert Bank(of_course(ROOT, name)).surplus == set(), f"run 'autograder verify {name}'"
    assert report.problems == ()
    assert report.idle_checks == ()
    kinds = [entry.kind for entry in report.entries]
    assert kinds.count("accepted") >= 15
    assert kinds.count("wrong") >= 30
    assert kinds.count("hostile") >= 15


@each_graded
def test_one_entry_of_each_kind_and_task_is_graded_as_the_verdict_book_says(
    name: str, sandbox: Sandbox
) -> None:
    assignment = of_course(ROOT, name)
    bank = Bank(assignment)
    sample = {(entry.kind, entry.task.name): entry for entry in bank.entries}
    assert len(sample) == 3 * len(assignment.tasks)
    with closing(Graders(sandbox)) as engine:
        engine.expect(flavour_of(assignment))
        found = graded(engine, assignment, sample.values())
    assert [report for report in found if not report.ok] == []
    known = {report.path: report for report in bank.known_reports().values()}
    assert [report for report in found if report != known.get(report.path, report)] == []


@pytest.mark.nightly
@each_graded
def test_every_entry_graded_again_has_the_verdict_that_the_book_says(
    name: str, sandbox: Sandbox
) -> None:
    apart = Bank(of_course(ROOT, name), ROOT / "solutions")
    assert len(apart.due) == len(apart.entries)
    report = verify(apart, sandbox, jobs=processors())
    known = known_report(name)
    differing = zip(report.entries, known.entries, strict=True)
    assert [pair for pair in differing if pair[0] != pair[1]] == []
    assert (report.problems, report.caught, report.alone) == ((), known.caught, known.alone)


def check_names() -> list[tuple[str, str]]:
    return [
        (path.stem.removeprefix("check_"), node.name)
        for path in sorted((ROOT / HIDDEN).glob("check_*.py"))
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("check_")
    ]


def without_check(course: Path, task: str, name: str) -> None:
    """Remove one check and give its points to another, so that only the bank can tell."""
    path = course / HIDDEN / f"check_{task}.py"
    tree = ast.parse(path.read_text())
    checks = {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("check_")
    }
    removed = checks.pop(name)
    tree.body.remove(removed)
    heir, worth = points_of(next(iter(checks.values())))
    heir.value = worth + points_of(removed)[1]
    path.write_text(ast.unparse(tree))


def points_of(check: ast.FunctionDef) -> tuple[ast.Constant, float]:
    decorator = check.decorator_list[0]
    assert isinstance(decorator, ast.Call)
    points = decorator.args[0]
    assert isinstance(points, ast.Constant)
    assert isinstance(points.value, (int, float))
    return points, points.value


@pytest.mark.parametrize(("task", "name"), check_names(), ids=lambda value: value)
def test_without_any_one_check_a_wrong_submission_survives(
    course: Path, graders: Graders, known: BankReport, task: str, name: str
) -> None:
    caught = [e for e in known.entries if e.kind == "wrong" and e.task == task]
    alone = {entry.path for entry in caught if entry.failed_checks == (name,)}
    assert alone, f"{name} is redundant: others catch all that it catches"
    without_check(course, task, name)
    assignment = of_course(course)
    entries = bank_entries(assignment, course / "solutions")
    those = [entry for entry in entries if f"{ASSIGNMENT}/{entry.name}" in alone]
    found = graded(graders, assignment, those)
    assert {report.path for report in found if report.why.startswith("survives")} == alone


@pytest.mark.parametrize(
    ("kind", "source", "words"),
    [
        ("wrong", RIGHT, "survives"),
        ("accepted", "def dot_scores(query, keys):\n    return 1\n", "rejected, though right"),
        ("hostile", RIGHT, "gains 8 points"),
        ("wrong", "del np\n", "does not touch"),
    ],
)
def test_entry_in_the_wrong_folder_is_found(
    course: Path, graders: Graders, kind: str, source: str, words: str
) -> None:
    assignment = of_course(course)
    entries = bank_entries(assignment, one_entry(course, kind, "dot_scores__x.py", source))
    (report,) = graded(graders, assignment, entries)
    assert words in report.why


def one_entry(course: Path, kind: str, name: str, source: str) -> Path:
    """A bank of this entry alone."""
    path = course / "bank" / ASSIGNMENT / kind / name
    path.parent.mkdir(parents=True)
    path.write_text(source)
    return course / "bank"


def test_entry_that_names_no_task_is_refused(course: Path) -> None:
    with pytest.raises(CourseError, match="names no task"):
        bank_entries(of_course(course), one_entry(course, "wrong", "nothing__x.py", "1"))


def test_points_that_do_not_add_up_are_a_finding(course: Path, cli: Callable[..., Run]) -> None:
    path = course / HIDDEN / "check_dot_scores.py"
    path.write_text(path.read_text().replace("@points(2)", "@points(3)", 1))
    done = cli(course, "autograder", "verify", ASSIGNMENT)
    assert done.returncode == 1
    assert "make them equal" in " ".join(done.stdout.split())


@pytest.fixture
def small(course: Path) -> Path:
    """The course with a bank of three entries, one of each kind, and without a verdict book."""
    own = course / "solutions" / ASSIGNMENT
    for kind in ("accepted", "wrong", "hostile"):
        for path in (own / kind).iterdir():
            if f"{kind}/{path.name}" not in ONE_OF_EACH:
                path.unlink()
    (own / "verdicts.json").unlink(missing_ok=True)
    return course


def test_verify_called_again_grades_nothing_and_says_the_same(
    small: Path, cli: Callable[..., Run]
) -> None:
    command = ("autograder", "verify", ASSIGNMENT, "--json")
    first = cli(small, *command, "first.json")
    assert "graded now: 3 of 3" in first.stdout, first.stderr
    second = cli(small, *command, "second.json")
    assert "graded now: 0 of 3; every other verdict is known" in second.stdout
    assert (small / "first.json").read_bytes() == (small / "second.json").read_bytes()
    assert first.returncode == second.returncode == 1, "so few entries leave checks idle"
    known = json.loads((small / "solutions" / ASSIGNMENT / "verdicts.json").read_text())
    assert set(known) == {*ONE_OF_EACH, "reference"}


def test_verify_that_is_interrupted_goes_on_where_it_was(
    small: Path, cli: Callable[..., Run]
) -> None:
    """It has graded a right and a wrong entry when it waits for a second wrong one."""
    late = small / "solutions" / ASSIGNMENT / "wrong" / "dot_scores__waits.py"
    late.write_text("def dot_scores(query, keys):\n    return np.full(keys.shape[:2], 7.0)\n")
    gate = Gate(small, 7)
    command = [str(SCRIPTS / "autograder"), "verify", ASSIGNMENT, "--jobs", "1"]
    with subprocess.Popen(
        command, cwd=small, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as verifying:
        gate.judging(verifying)
        second = cli(small, *command[0:2], ASSIGNMENT)
        verifying.send_signal(signal.SIGTERM)
        said, errors = verifying.communicate(timeout=PATIENCE_S)
    assert verifying.returncode == 128 + signal.SIGTERM, said
    assert errors.strip() == INTERRUPTED
    assert second.returncode == 2
    assert f"already works on {ASSIGNMENT}; run this again" in second.stderr
    assert not left_behind(small)
    book = small / "solutions" / ASSIGNMENT / "verdicts.json"
    kept = json.loads(book.read_text())
    assert set(kept) == {*ONE_OF_EACH[:2]}
    gate.open()
    done = cli(small, "autograder", "verify", ASSIGNMENT)
    assert "graded now: 2 of 4; every other verdict is known" in done.stdout, done.stderr
    whole = json.loads(book.read_text())
    assert set(whole) == {*ONE_OF_EACH, f"wrong/{late.name}", "reference"}
    assert {name: whole[name] for name in kept} == kept


def test_entry_that_leaves_something_lets_no_verdict_stand(
    small: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bank after which the reference is graded differently; how it came to that is not told."""
    times = count()

    def graded_differently(*given: Any) -> Result:
        return replace(grade_specimen(*given), score=20.0 - next(times))

    monkeypatch.setattr("autograder.authoring.bank.grade_specimen", graded_differently)
    report = verify(Bank(of_course(small)), sandbox)
    assert "an entry left something" in report.grader_problem
    assert json.loads((small / "solutions" / ASSIGNMENT / "verdicts.json").read_text()) == {}


def test_verify_of_the_whole_course_is_done_where_all_is_known(cli: Callable[..., Run]) -> None:
    for name in GRADED:
        known_report(name)
    done = cli(ROOT, "autograder", "verify", "--json", "-")
    assert done.returncode == 0
    assert done.stderr.count("graded now: 0 of ") == len(GRADED)
    assert [report["ok"] for report in json.loads(done.stdout)] == [True] * len(GRADED)


def test_entry_that_we_could_not_judge_is_graded_again(small: Path, sandbox: Sandbox) -> None:
    path = small / HIDDEN / "check_dot_scores.py"
    name = "check_score_is_a_dot_product"
    raising = f"def {name}(student):\n    'Raises.'\n    raise KeyError('ours')\n\n\ndef unused("
    path.write_text(path.read_text().replace(f"def {name}(", raising))
    bank = Bank(of_course(small))
    report = verify(bank, sandbox)
    assert {entry.why for entry in report.entries} == {"the grader itself failed"}
    assert len(Bank(of_course(small)).due) == len(bank.entries)


def test_check_that_raises_is_a_fault_of_ours(course: Path, cli: Callable[..., Run]) -> None:
    path = course / HIDDEN / "check_dot_scores.py"
    name = "check_score_is_a_dot_product"
    raising = f"def {name}(student):\n    raise KeyError('ours')\n\n\ndef unused("
    path.write_text(path.read_text().replace(f"def {name}(", raising))
    source = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    done = cli(course, "autograder", "check", str(source), "-a", ASSIGNMENT, "--json", "-")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["status"] == "needs_review"
    assert report["score"] is None
    assert report["tasks"]["dot_scores"]["checks"][0]["outcome"] == "grader_fault"
    assert "our fault in check_score_is_a_dot_product: check_dot_scores.py" in done.stderr
    assert "KeyError: 'ours'" in done.stderr
    assert report["tasks"]["additive_scores"]["score"] == 12
