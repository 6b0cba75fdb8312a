"""The simulated class: through nbgrader's gradebook, with feedback that names what failed."""

import html
import json
from collections.abc import Callable
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.course.layout import Course
from autograder.gradebook.writer import feedback_page
from tests.conftest import ASSIGNMENT, NIGHTLY, Run, notebook_of
from tests.workflow.conftest import Demo, demonstrated, scores_in

HEADS = ("reference", "blank", "damaged", "accepted", "wrong", "hostile")


def test_class_has_every_kind_of_student(demo: Demo) -> None:
    assert len(demo.reports) >= 12
    assert {student.split("-")[0] for student in demo.reports} == set(HEADS)


def test_everybody_gets_what_is_deserved(demo: Demo) -> None:
    for student, report in demo.reports.items():
        assert report["status"] == "graded"
        score = report["score"]
        kind = student.split("-")[0]
        if kind in ("reference", "accepted", "damaged"):
            assert score == 20, student
        elif kind == "blank":
            assert score == 0
        elif kind == "wrong":
            assert 0 < score < 20, student
        else:
            assert score <= honest_score(demo.root.parent, student), student


def test_reference_gets_every_point_of_every_assignment(demo: Demo) -> None:
    reports = json.loads((demo.root.parent / "report.json").read_text())
    scores = {r["assignment"]: r["score"] for r in reports if r["student"] == "reference"}
    costly = {"bilstm-attention": 50} if NIGHTLY else {}
    assert scores == {
        "alignment-scores": 20,
        "softmax-attention": 30,
        "self-attention": 24,
        **costly,
    }


def honest_score(course: Path, student: str) -> float:
    """What the bank says that an attack may earn, and the other task, which is right."""
    folder = course / "solutions" / ASSIGNMENT / "hostile"
    stem = student.removeprefix("hostile-")
    (entry,) = (e for e in folder.iterdir() if e.stem.replace("__", "-").replace("_", "-") == stem)
    first = entry.read_text().partition("\n")[0]
    own = float(first.partition("# at most: ")[2] or 0)
    return own + (12 if entry.name.startswith("dot_scores") else 8)


def test_table_names_the_failing_checks_and_where_things_are(demo: Demo) -> None:
    printed = demo.printed
    for student in demo.reports:
        assert student[:20] in printed
    assert "call_leaves_no_trace" in printed
    assert str(demo.root / "gradebook.db") in printed.replace("\n", "")


def test_gradebook_holds_the_same_scores(demo: Demo) -> None:
    rows = scores_in(demo.root)
    assert rows == {
        student: {name: task["score"] for name, task in report["tasks"].items()}
        for student, report in demo.reports.items()
    }


def test_feedback_shows_each_tasks_table(demo: Demo) -> None:
    student = next(s for s in demo.reports if s.startswith("wrong"))
    page = (demo.root / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    assert page.count("<table style") == 2
    for task in demo.reports[student]["tasks"].values():
        for check in task["checks"]:
            assert check["title"] in html.unescape(page)
    hidden = (demo.root / f"tests/hidden/{ASSIGNMENT}/check_dot_scores.py").read_text()
    long_lines = [line.strip() for line in hidden.splitlines() if "student.dot_scores" in line]
    assert long_lines
    assert not [line for line in long_lines if line in page]


def test_mending_is_noted_in_the_feedback(demo: Demo) -> None:
    folder = demo.root / "feedback/damaged-but-right" / ASSIGNMENT
    page = (folder / f"{ASSIGNMENT}.html").read_text()
    assert "was missing; the release" in page
    assert "more than once" in page


def test_plain_nbgrader_writes_the_same_scores_and_exports_them(
    demo: Demo, graded_by_nbgrader: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    """With nothing stored, so that every submission was graded again inside nbgrader."""
    root = graded_by_nbgrader
    assert scores_in(root) == scores_in(demo.root)
    done = cli(root, "nbgrader", "export", "--to", str(tmp_path / "grades.csv"))
    assert done.returncode == 0, done.stderr
    assert f"{ASSIGNMENT}," in (tmp_path / "grades.csv").read_text()
    assert notebook_of(root, "release") == notebook_of(demo.root, "release")
    for student in demo.reports:
        assert (root / f"feedback/{student}/{ASSIGNMENT}/{ASSIGNMENT}.html").is_file()


def test_one_gradebook_holds_every_assignment(demo: Demo) -> None:
    with Gradebook(f"sqlite:///{demo.root / 'gradebook.db'}") as gradebook:
        handed_in = {a.name: a.num_submissions for a in gradebook.assignments}
    assert set(handed_in) == set(demonstrated())
    assert min(handed_in.values()) >= 12


def test_feedback_page_is_where_it_is_said_to_be(demo: Demo) -> None:
    assignment = Course(root=demo.root).assignment(ASSIGNMENT)
    assert feedback_page(assignment, "blank").is_file()
