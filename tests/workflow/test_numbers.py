"""Every number agrees: a class with everything that changes a score, or that leaves it open."""

import base64
import copy
import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from nbgrader.api import Gradebook

from autograder.course.notebooks import cell_of, grade_id_of
from tests.browser.formgrader import Row, formgrader_of
from tests.conftest import ASSIGNMENT, ROOT, Run, hand_in, notebook_of
from tests.workflow.conftest import by_hand

ESSAY = {
    "cell_type": "markdown",
    "id": "essay",
    "metadata": {
        "nbgrader": {
            "grade": True,
            "grade_id": "essay",
            "locked": False,
            "points": 3,
            "schema_version": 3,
            "solution": True,
            "task": False,
        }
    },
    "source": "Write here why scores are divided.",
}
LATE = """
from nbgrader.plugins import LateSubmissionPlugin

class TwoPoints(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 2.0

c.AssignLatePenalties.plugin_class = TwoPoints
"""
# Of 23 points: the final score, and what there is so far where a person has to look.
FINAL = {"manual": 19.0, "late": 21.0, "extra": 24.5, "open": None, "torn": None, "other": None}
SO_FAR = {**FINAL, "open": 20.0, "torn": 0.0, "other": 0.0}
MEAN = (19 + 21 + 24.5) / 3


@dataclass(frozen=True, kw_only=True)
class Class:
    """A class that was graded, changed by a person, and graded again."""

    root: Path
    grade: Run
    report: Run
    export: Run
    nbgrader_export: Run


def waiting(root: Path) -> set[tuple[str, str]]:
    """The student and the cell of each row that asks for a person."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        return {
            (submission.student.id, grade.name)
            for submission in gradebook.assignment_submissions(ASSIGNMENT)
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.needs_manual_grade
        }


PROSE = "As [they](https://arxiv.org/abs/1706.03762) write; see ![plot](attachment:plot.png)"
PLOT = {"plot.png": {"image/png": base64.b64encode(b"\x89PNG").decode()}}


def essayed(notebook: dict[str, Any], text: str = PROSE) -> dict[str, Any]:
    """A copy in which the essay is answered, with a picture."""
    answered = copy.deepcopy(notebook)
    cell_of(answered, "essay").update(source=text, attachments=PLOT)
    return answered


@pytest.fixture(scope="module")
def with_essay(
    pristine: Path, tmp_path_factory: pytest.TempPathFactory, cli: Callable[..., Run]
) -> Path:
    """The course with a written answer in its assignment."""
    root = tmp_path_factory.mktemp("essay") / "course"
    subprocess.run(["cp", "-r", str(pristine), str(root)], check=True)
    source = notebook_of(root)
    source["cells"].append(ESSAY)
    (root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(source))
    done = cli(root, "nbgrader", "generate_assignment", ASSIGNMENT, "--force")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module", params=["nbgrader's converters", "one session"])
def graded(
    request: pytest.FixtureRequest,
    with_essay: Path,
    tmp_path_factory: pytest.TempPathFactory,
    cli: Callable[..., Run],
) -> Class:
    """All of them; a late penalty is by nbgrader's own plugin, or a row that is there."""
    root = tmp_path_factory.mktemp("numbers") / "course"
    subprocess.run(["cp", "-r", str(with_essay), str(root)], check=True)
    penalties = request.param == "nbgrader's converters"
    if penalties:
        with (root / "nbgrader_config.py").open("a") as config:
            config.write(LATE)
    right = essayed(notebook_of(root))
    for student in ("manual", "late", "extra", "open"):
        hand_in(root, student, right)
    hand_in(root, "torn", "this is no notebook")
    other = notebook_of(ROOT, name="softmax-attention")
    other["cells"] = [cell for cell in other["cells"] if grade_id_of(cell) != "setup"]
    hand_in(root, "other", other)
    stamp = root / "submitted" / "late" / ASSIGNMENT / "timestamp.txt"
    stamp.write_text("2026-03-02 00:00:00 UTC")
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        due = datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None)
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate=due)
        gradebook.update_or_create_student("missing", last_name="=cmd()", first_name="Mia")
    first = cli(root, "autograder", "grade", ASSIGNMENT)
    assert first.returncode == 1, first.stderr
    assert "20 of 23, 3 points wait for a person" in first.stdout
    by_hand(root, "manual", "dot_scores", manual_score=5.0)
    by_hand(root, "manual", "essay", manual_score=2.0)
    by_hand(root, "late", "essay", manual_score=3.0)
    by_hand(root, "extra", "essay", manual_score=3.0)
    by_hand(root, "extra", "additive_scores", extra_credit=1.5)
    done = cli(root, "autograder", "grade", ASSIGNMENT, "--json", "grade.json")
    if not penalties:
        with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
            late = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "late")
            late.late_submission_penalty = 2.0
            gradebook.db.commit()
    return Class(
        root=root,
        grade=done,
        report=cli(root, "autograder", "report", ASSIGNMENT, "--json", "report.json"),
        export=cli(root, "autograder", "export", ASSIGNMENT, "--to", "csv", "-o", "own.csv"),
        nbgrader_export=cli(root, "nbgrader", "export"),
    )


def scores_in_table(text: str) -> str:
    """The column of a table on the terminal that has the scores, whose lines may be broken."""
    rows = (line.split("│") for line in text.splitlines() if line.startswith("│"))
    return " ".join(" ".join(row[2] for row in rows).split())


def test_finished_manual_work_is_kept(graded: Class) -> None:
    assert waiting(graded.root) == {
        ("open", "essay"),
        *((student, cell) for student in ("torn", "other") for cell in CELLS),
    }


CELLS = ("dot_scores", "additive_scores", "essay")


def test_written_answer_is_shown_as_it_was_written(graded: Class) -> None:
    essay = cell_of(json.loads(autograded(graded.root, "open").read_text()), "essay")
    assert "".join(essay["source"]) == PROSE
    assert essay["attachments"] == PLOT
    file = graded.root / "feedback" / "open" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    assert f"data:image/png;base64,{PLOT['plot.png']['image/png']}" in file.read_text()


def autograded(root: Path, student: str) -> Path:
    """What formgrader opens."""
    return root / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"


def test_json_has_the_final_numbers(graded: Class) -> None:
    found = json.loads((graded.root / "report.json").read_text())
    assert {one["student"]: one["final"]["score"] for one in found} == FINAL
    assert {one["student"]: one["final"]["earned"] for one in found} == SO_FAR
    waits = {one["student"]: one["final"]["open"] for one in found if one["final"]["open"]}
    assert waits == {"open": 3, "torn": 23, "other": 23}
    penalties = {one["student"]: one["final"]["late_penalty"] for one in found}
    assert {student for student, penalty in penalties.items() if penalty} == {"late"}


def test_terminal_and_class_page_count_and_say_the_mean_of_whom(graded: Class) -> None:
    page = BeautifulSoup(
        (graded.root / "reports" / f"{ASSIGNMENT}.html").read_text(), "html.parser"
    ).get_text(" ")
    for shown in (graded.report.stdout, page):
        assert "6 handed in: 3 graded, 3 open; 1 missing." in shown
        assert "Mean of the 3 graded: 21.5 of 23 points" in shown
    for scores in (scores_in_table(graded.report.stdout), " ".join(page.split())):
        for words in ("19/23", "21/23", "24.5/23", "20 of 23, 3 points wait for a person"):
            assert words in scores
        assert "2 less for handing in late" in scores
    assert MEAN == 21.5
    assert graded.grade.returncode == 1


def total_of(page: BeautifulSoup) -> tuple[float, float]:
    """The sum of the rows of the summary, and what its last row says."""
    rows = page.select("section[aria-labelledby=summary] tbody tr")
    *parts, total = (row.find_all(["td", "th"])[1].get_text(" ", strip=True) for row in rows)
    known = [part for part in parts if not part.startswith("not yet")]
    amounts = [float(part.split(" ")[0].replace("−", "-")) for part in known]
    return sum(amounts), float(total.split(" ")[0])


def test_feedback_adds_up(graded: Class) -> None:
    for student, so_far in SO_FAR.items():
        file = graded.root / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"
        if student == "late":  # written before the row was changed, where no plugin is
            cli_page(graded.root, student)
        page = BeautifulSoup(file.read_text(), "html.parser")
        assert total_of(page) == (so_far, so_far), student
        header = " ".join(page.header.get_text(" ").split()) if page.header else ""
        assert f"{so_far:g} of 23 points" in header
        assert ("so far" in header) is (FINAL[student] is None)


def cli_page(root: Path, student: str) -> None:
    """The page again, from the rows as they are."""
    program = Path(sys.executable).parent / "nbgrader"
    command = [str(program), "generate_feedback", ASSIGNMENT, "--student", student, "--force"]
    path = f"{program.parent}:{os.environ['PATH']}"
    subprocess.run(
        command, cwd=root, check=True, capture_output=True, env={**os.environ, "PATH": path}
    )


def test_what_could_not_be_read_is_not_called_no_response(graded: Class) -> None:
    file = graded.root / "feedback" / "torn" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    assert "No response." not in file.read_text()


def test_feedback_says_that_a_person_changed_it(graded: Class) -> None:
    file = graded.root / "feedback" / "manual" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    page = BeautifulSoup(file.read_text(), "html.parser")
    for section in ("summary", "dot_scores"):
        (found,) = page.select(f"section[aria-labelledby={section}]")
        assert "a person changed it from 8 to 5" in found.get_text(" ")
        assert "8 of 8" not in found.get_text(" ")


def test_formgraders_pages_show_the_same(graded: Class, tmp_path: Path) -> None:
    """Each page with a number, as a browser draws it."""
    so_far = {student: f"{score:g} / 23" for student, score in SO_FAR.items()}
    waits = {student for student, score in FINAL.items() if score is None}
    with formgrader_of(graded.root, tmp_path) as pages:
        handed_in = by(pages.table(f"manage_submissions/{ASSIGNMENT}"), "student-id")
        assert column(handed_in, "score") == so_far
        status = column(handed_in, "status")
        assert {s for s, words in status.items() if words == "needs manual grading"} == waits
        assert {s for s, words in status.items() if words == "graded"} == {*FINAL} - waits

        (average,) = pages.table("gradebook")
        assert (average["num-submissions"], average["score"]) == ("6", f"{MEAN:g} / 23")
        (notebook,) = pages.table(f"gradebook/{ASSIGNMENT}")
        assert notebook["avg-score"] == f"{MEAN:g} / 23"
        assert notebook["avg-code-score"] == "19.5 / 20"  # 17, 20 and 21.5
        assert notebook["avg-written-score"] == "2.67 / 3"  # 2, 3 and 3
        assert notebook["needs-manual-grade"] == "yes"
        to_grade = by(pages.table(f"gradebook/{ASSIGNMENT}/{ASSIGNMENT}"), "name")
        assert column(to_grade, "score") == so_far
        signs = column(to_grade, "needs-manual-grade")
        assert {student for student, sign in signs.items() if sign} == waits

        people = by(pages.table("manage_students"), "id")
        assert column(people, "score") == {**so_far, "missing": "0 / 0"}
        for student, score in so_far.items():
            (row,) = pages.table(f"manage_students/{student}")
            assert row["score"] == score
            (row,) = pages.table(f"manage_students/{student}/{ASSIGNMENT}")
            assert row["score"] == score
        (row,) = pages.table("manage_students/missing")
        assert (row["name"], row["score"]) == (f"{ASSIGNMENT} (no submission)", "0 / 0")

        assert pages.fields(submission_of(graded.root, "manual")) == {
            "dot_scores": "5",
            "additive_scores": "",
            "essay": "2",
        }
        assert pages.fields(submission_of(graded.root, "open"))["essay"] == ""


def by(rows: list[Row], name: str) -> dict[str, Row]:
    """The rows of a page's table, by what one of its columns says."""
    assert len({row[name] for row in rows}) == len(rows)
    return {row[name]: row for row in rows}


def column(rows: dict[str, Row], name: str) -> dict[str, str]:
    return {key: row[name] for key, row in rows.items()}


def submission_of(root: Path, student: str) -> str:
    """What formgrader calls a student's notebook."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        return str(gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, student).id)


@pytest.mark.parametrize("file", ["own.csv", "grades.csv"])
def test_exports_are_empty_where_nobody_decided(graded: Class, file: str) -> None:
    with (graded.root / file).open() as opened:
        rows = {row["student_id"]: row for row in csv.DictReader(opened)}
    said = graded.export.stdout if file == "own.csv" else graded.nbgrader_export.stderr
    expected = {student: "" if score is None else str(score) for student, score in FINAL.items()}
    assert {s: row["score"] for s, row in rows.items()} == {**expected, "missing": ""}
    for student, score in {**FINAL, "missing": None}.items():
        assert bool(rows[student]["raw_score"]) is (score is not None)
        assert (f"{student} has no score" in said) is (score is None), student
    assert "open has no score: essay waits for a person" in said
    assert "missing has no score: nothing was handed in" in said
    assert rows["missing"]["last_name"] == "'=cmd()"


def test_nbgraders_export_names_who_is_not_in_the_gradebook_yet(
    with_essay: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    root = tmp_path / "course"
    subprocess.run(["cp", "-r", str(with_essay), str(root)], check=True)
    hand_in(root, "new", notebook_of(root))
    done = cli(root, "nbgrader", "export")
    assert "new has no row: handed in, but not graded yet" in done.stderr


def test_gradebook_has_the_same(graded: Class) -> None:
    with Gradebook(f"sqlite:///{graded.root / 'gradebook.db'}") as gradebook:
        found = {
            one.student.id: one.score - (one.late_submission_penalty or 0)
            for one in gradebook.assignment_submissions(ASSIGNMENT)
        }
    assert found == SO_FAR


def test_only_what_changed_is_opened_again(
    with_essay: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    """By our own writer and by nbgrader's path."""
    root = tmp_path / "course"
    subprocess.run(["cp", "-r", str(with_essay), str(root)], check=True)
    right = essayed(notebook_of(root))
    hand_in(root, "ann", right)
    assert cli(root, "autograder", "grade", ASSIGNMENT).returncode == 1
    by_hand(root, "ann", "dot_scores", manual_score=7.0)
    by_hand(root, "ann", "additive_scores", manual_score=11.0)
    by_hand(root, "ann", "essay", manual_score=2.0)
    for command in (
        ("autograder", "grade", ASSIGNMENT),
        ("nbgrader", "autograde", ASSIGNMENT, "--force"),
    ):
        done = cli(root, *command)
        assert done.returncode == 0, done.stdout + done.stderr
        assert waiting(root) == set()
    cell_of(right, "dot_scores_answer")["source"] = "def dot_scores(query, keys): return 1"
    hand_in(root, "ann", right)
    cli(root, "nbgrader", "autograde", ASSIGNMENT, "--force")
    assert waiting(root) == {("ann", "dot_scores")}
    hand_in(root, "ann", essayed(right, "Another answer."))
    assert cli(root, "autograder", "grade", ASSIGNMENT).returncode == 1
    assert waiting(root) == {("ann", "dot_scores"), ("ann", "essay")}


@pytest.mark.parametrize(
    "command",
    [("autograder", "grade", ASSIGNMENT), ("nbgrader", "autograde", ASSIGNMENT, "--force")],
    ids=["autograder", "nbgrader"],
)
def test_a_number_for_an_answer_that_changed_does_not_count(
    command: tuple[str, ...], with_essay: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    """Its text, or only its picture; and what was graded beside it stays."""
    root = tmp_path / "course"
    subprocess.run(["cp", "-r", str(with_essay), str(root)], check=True)
    right = essayed(notebook_of(root))
    for student in ("ann", "bea", "cat"):
        hand_in(root, student, right)
    cli(root, *command)
    for student in ("ann", "bea", "cat"):
        by_hand(root, student, "essay", manual_score=2.0)
        by_hand(root, student, "dot_scores", manual_score=7.0)
    hand_in(root, "ann", essayed(right, "Another answer."))
    drawn_again = essayed(right)
    other = base64.b64encode(b"\x89PNG, another").decode()
    cell_of(drawn_again, "essay")["attachments"] = {"plot.png": {"image/png": other}}
    hand_in(root, "bea", drawn_again)
    cli(root, *command)
    cli(root, *command)  # and once more, when nothing changed
    assert waiting(root) == {("ann", "essay"), ("bea", "essay")}
    cli(root, "autograder", "report", ASSIGNMENT, "--json", "report.json")
    finals = {
        one["student"]: one["final"] for one in json.loads((root / "report.json").read_text())
    }
    assert {s: (f["score"], f["earned"], f["open"]) for s, f in finals.items()} == {
        "ann": (None, 19.0, 3.0),
        "bea": (None, 19.0, 3.0),
        "cat": (21.0, 21.0, 0),
    }
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        sums = {s.student.id: s.score for s in gradebook.assignment_submissions(ASSIGNMENT)}
    assert sums == {student: final["earned"] for student, final in finals.items()}
