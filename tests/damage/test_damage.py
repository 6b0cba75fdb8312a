"""Damage of every kind: nothing stops the class, and intact solutions keep their points."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, find, given, settings

from autograder.course.layout import Assignment, Course
from autograder.errors import NotebookError
from autograder.grading.one import grade
from autograder.result import Result, Status
from autograder.sandbox import Sandbox
from autograder.submission.reading import Submission, read_submission
from tests.conftest import ASSIGNMENT, ROOT, Run, hand_in, notebook_of
from tests.damage import of_cells, of_files
from tests.damage.case import Damaged
from tests.damage.drawing import damaged, each_way
from tests.damage.oracle import TASKS, intact, must_be_reported
from tests.workflow.conftest import needs_grading, scores_in

_usual = settings(
    deadline=None,  # nothing is timed
    database=None,
    phases=set(Phase) - {Phase.explain},
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile("test", _usual, max_examples=200, derandomize=True)
settings.register_profile("nightly", _usual, max_examples=2_500, print_blob=True)
cases = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))


class Grader:
    """Grades one submission after the other in one sandbox, each followed by its neighbour.

    Scores follow only from the code that runs, so of submissions with the same code the first alone
    is graded.
    """

    def __init__(self, assignment: Assignment, sandbox: Sandbox) -> None:
        self._assignment, self._sandbox = assignment, sandbox
        self._neighbour = read_submission(assignment.reference, assignment, student="neighbour")
        self._known: dict[object, list[Result]] = {}

    def grade(self, submission: Submission) -> list[Result]:
        """The submission's result, and that of the honest one which was graded after it."""
        assert not submission.files
        cells = tuple((cell.grade_id, cell.source) for cell in submission.to_run())
        what_runs = (submission.python, cells)
        if what_runs not in self._known:
            both = (submission, self._neighbour)
            self._known[what_runs] = [grade(self._assignment, self._sandbox, s) for s in both]
        return self._known[what_runs]


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return Course(root=ROOT).assignment(ASSIGNMENT)


@pytest.fixture(scope="module")
def grader(assignment: Assignment, sandbox: Sandbox) -> Grader:
    return Grader(assignment, sandbox)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


def is_said(name: str, mended: tuple[str, ...] | list[str]) -> bool:
    return any(repr(name) in note or "more of this kind" in note for note in mended)


@cases
@given(case=damaged())
@example(case=Damaged())
@example(case=Damaged(to_bytes=[of_files.encode(code="utf-8-sig")]))
@example(case=Damaged(to_bytes=[of_files.encode(code="utf-16")]))
@example(case=Damaged(to_cells=[of_cells.merge(at=16, keep="answers")]))
@example(case=Damaged(to_cells=[of_cells.merge(at=16, keep="second")]))
@example(case=Damaged(to_cells=[of_cells.rename(at=16, name="setup")]))
@example(case=Damaged(to_cells=[of_cells.change_marks(at=17, marks={"points": 1000})]))
@example(  # only its id identifies it, and this is where Colab puts that
    case=Damaged(
        to_cells=[of_cells.retype(at=16, kind="markdown")],
        to_notebook=[of_files.in_colab(keeps_marks=False)],
    )
)
def test_intact_solution_keeps_its_points_and_mending_is_reported(
    assignment: Assignment, grader: Grader, folder: Path, case: Damaged
) -> None:
    path = folder / "damaged.ipynb"
    path.write_bytes(case.content)
    whole = intact(case.content)
    try:
        submission = read_submission(path, assignment, student="damaged")
    except NotebookError:
        assert not whole, "a solution that can be read was refused"
        return
    result, neighbour = grader.grade(submission)
    assert neighbour.score == 20
    # A cell that is not Python here may be Python there.
    made_with_a_newer_python = submission.python.startswith("3.12")
    assert result.status is Status.GRADED or made_with_a_newer_python
    assert whole <= {task.name for task in result.tasks if task.score == task.max_score}
    unsaid = [n for n in must_be_reported(case.content) if not is_said(n, submission.mended)]
    assert not unsaid


@pytest.mark.parametrize(
    ("case", "kept"),
    [
        (Damaged(), ["dot_scores", "additive_scores"]),
        (
            Damaged(to_notebook=[of_files.lose_all_metadata(ids=True)]),
            ["dot_scores", "additive_scores"],
        ),
        (Damaged(to_cells=[of_cells.drop(at=16)]), ["additive_scores"]),
        (Damaged(to_cells=[of_cells.conflict_in_a_cell(at=16, line=3)]), ["additive_scores"]),
        (Damaged(to_text=[of_files.truncate(share=500)]), []),
    ],
    ids=repr,
)
def test_oracle_sees_what_is_intact(case: Damaged, kept: list[str]) -> None:
    assert intact(case.content) == set(kept)


@pytest.mark.parametrize(
    "case",
    [
        Damaged(to_notebook=[of_files.in_colab(keeps_marks=True)]),
        Damaged(to_notebook=[of_files.in_vs_code(new_ids=True)]),
        Damaged(to_notebook=[of_files.write_as_format_3(several=True)]),
        Damaged(to_notebook=[of_files.say_another_format(major=4, minor=0)]),
        Damaged(to_notebook=[of_files.change_line_ends(end="\r\n")]),
        Damaged(to_text=[of_files.convert_line_ends(end="\r\n")]),
        Damaged(to_bytes=[of_files.encode(code="utf-16")]),
    ],
    ids=repr,
)
def test_file_that_a_program_wrote_in_another_form_is_not_damaged(
    assignment: Assignment, folder: Path, case: Damaged
) -> None:
    path = folder / "rewritten.ipynb"
    path.write_bytes(case.content)
    assert intact(case.content) == {*TASKS}
    assert read_submission(path, assignment, student="rewritten").mended == ()


def test_class_with_every_kind_of_damage_is_graded_to_the_end(
    published: Path, cli: Callable[..., Run]
) -> None:
    honest = notebook_of(published, "source")
    for student in ("a-neighbour", "z-neighbour"):
        hand_in(published, student, honest)
    cases = [find(way, lambda _: True) for way in each_way()]
    files = {f"damaged-{number}": case.content for number, case in enumerate(cases)}
    for student, content in files.items():
        hand_in(published, student, content)

    done = cli(published, "autograder", "grade", ASSIGNMENT, "--jobs", "2", "--json", "report.json")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    reports = {one["student"]: one for one in json.loads((published / "report.json").read_text())}
    rows = scores_in(published)
    for student in ("a-neighbour", "z-neighbour"):
        assert rows[student] == TASKS
        assert reports[student]["mended"] == []
    for student, content in files.items():
        report, kept = reports[student], intact(content)
        if report["status"] == "needs_review":
            assert (set(rows[student].values()), kept) == ({None}, set())
            assert len(report["mended"][0]) > 20
        else:
            assert all(is_said(name, report["mended"]) for name in must_be_reported(content))
        assert {task: rows[student][task] for task in kept} == {task: TASKS[task] for task in kept}
        assert (published / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").is_file()
    assert needs_grading(published) == {s for s, r in reports.items() if r["score"] is None}
