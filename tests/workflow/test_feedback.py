"""The page that a student gets back: what matters first, nothing hidden, nothing from elsewhere."""

import copy
import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbgrader.api import Gradebook

from autograder.course.notebooks import cell_of, text_of
from tests.conftest import ASSIGNMENT, Make, Run, hand_in, notebook_of
from tests.workflow.conftest import GradeClass, by_hand, element

WRONG = """
import matplotlib.pyplot as plt
plt.plot([1, 3, 2])
print("<script>alert(1)</script>")
def dot_scores(query, keys):
    return query @ keys[0].T
"""
ADDED = """
# My notes $e_t$
<script>alert(2)</script>
<img src="http://example.org/x.png" onerror="alert(3)" alt="a plot of mine">
[a link](javascript:alert(4))
"""


@pytest.fixture(scope="session")
def page(
    generated: Path, once: Callable[[str, Make], Path], grade_all: GradeClass
) -> BeautifulSoup:
    """The page of somebody who made a mistake, drew, and tried to smuggle in a script."""

    def make(course: Path) -> None:
        shutil.copytree(generated, course, dirs_exist_ok=True)
        notebook = notebook_of(course)
        cell_of(notebook, "dot_scores_answer")["source"] = WRONG
        lesson = next(c for c in notebook["cells"] if c["cell_type"] == "markdown")
        lesson["source"] = [text_of(lesson) + ADDED]
        hand_in(course, "ann", notebook)
        assert grade_all(course).complete
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
            comment = gradebook.find_comment("dot_scores_answer", ASSIGNMENT, ASSIGNMENT, "ann")
            comment.manual_comment = "Look at $W_q$ again. <script>alert(5)</script>"
            gradebook.db.commit()
        assert grade_all(course).complete

    course = once("feedback-with-everything", make)
    file = course / "feedback" / "ann" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    return BeautifulSoup(file.read_text(), "html.parser")


def test_summary_is_on_top(page: BeautifulSoup) -> None:
    headings = [h.get_text() for h in page.find_all(["h1", "h2"])]
    assert headings[:4] == [
        f"{ASSIGNMENT}: feedback",
        "Summary",
        "dot_scores",
        "additive_scores",
    ]
    assert "ann: 18 of 20 points" in " ".join(element(page, "header").get_text().split())
    summary = element(page, "section[aria-labelledby=summary]").get_text(" ", strip=True)
    assert "6 of 8" in summary
    assert "12 of 12" in summary


def test_checks_come_with_points_and_messages(page: BeautifulSoup) -> None:
    own = element(page, "section[aria-labelledby=dot_scores]")
    (row,) = (row for row in own.find_all("tr") if "✗" in row.get_text())
    assert "Each query is scored against the keys of its own review only." in row.get_text()
    assert "0 / 2" in row.get_text()


def test_comment_of_a_person_stands_with_its_task(page: BeautifulSoup) -> None:
    comment = element(page, "#comment-dot_scores")
    assert "Look at" in comment.get_text()
    assert comment.find("math") is not None


def test_what_nobody_could_judge_is_no_zero(
    generated: Path, tmp_path: Path, grade_all: GradeClass
) -> None:
    """Our fault is never the student's mark, also not on the page; a person's 0 is a 0."""
    course = Path(shutil.copytree(generated, tmp_path / "course"))
    hand_in(course, "bob", "this is no notebook")
    file = course / "feedback" / "bob" / ASSIGNMENT / f"{ASSIGNMENT}.html"

    def summary() -> str:
        assert not grade_all(course).complete
        page = BeautifulSoup(file.read_text(), "html.parser")
        return " ".join(element(page, "section").get_text(" ").split())

    assert summary().count("not yet graded") == 2
    assert "so far: some of it is not graded yet" in file.read_text()
    by_hand(course, "bob", "dot_scores", manual_score=0)
    assert "dot_scores 0 of 8" in summary()
    assert summary().count("not yet graded") == 1


def test_headings_are_in_order(page: BeautifulSoup) -> None:
    levels = [int(h.name[1]) for h in page.find_all(["h1", "h2", "h3", "h4", "h5", "h6"])]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_picture_has_words_that_stand_for_it(page: BeautifulSoup) -> None:
    pictures = page.find_all("img")
    assert pictures
    assert all(picture.get("alt") for picture in pictures)


def test_nothing_runs_and_nothing_is_fetched(page: BeautifulSoup) -> None:
    assert not page.find_all(["script", "link", "iframe", "object", "embed", "form"])
    for found in page.find_all(True):
        assert not [name for name in found.attrs if name.startswith("on")], found
        assert str(found.get("src", "data:")).startswith("data:")
        assert str(found.get("href", "#")).startswith(("#", "https:", "http:", "mailto:"))
    assert "url(" not in "".join(style.get_text() for style in page.find_all("style"))


def test_formulas_need_no_network(page: BeautifulSoup) -> None:
    assert len(page.find_all("math")) > 5
    shown = copy.copy(element(page, "article"))
    for code in shown.find_all(["pre", "code", "annotation"]):
        code.decompose()
    assert "$" not in shown.get_text()


def test_what_was_printed_is_shown_as_text(page: BeautifulSoup) -> None:
    assert "<script>alert(1)</script>" in next(p.get_text() for p in page.select("pre.shown"))


def test_visible_check_is_folded_away(page: BeautifulSoup) -> None:
    folded = [summary.get_text() for summary in page.select("article details > summary")]
    assert "The visible check of dot_scores" in folded


def test_no_file_of_the_course_reaches_a_student_through_a_link(
    generated: Path, tmp_path: Path, cli: Callable[..., Run]
) -> None:
    """By the exchange: collected, graded, and released as feedback."""
    course = Path(shutil.copytree(generated, tmp_path / "course"))
    exchange = tmp_path / "exchange"
    inbound = exchange / "attention" / "inbound" / f"eve+{ASSIGNMENT}+2026-01-01 00:00:00 UTC+x"
    shutil.copytree(course / "source" / ASSIGNMENT, inbound)
    (inbound / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC")
    (inbound / "submission_secret.txt").write_text("secret")
    (inbound / "own.html").write_text("own page")
    (inbound / "own.csv").write_text("1")
    hidden = course / "tests" / "hidden" / ASSIGNMENT
    (inbound / "linked.html").symlink_to(hidden / "check_dot_scores.py")
    (inbound / "folder").symlink_to(hidden)
    os.mkfifo(inbound / "pipe")
    (inbound.parent / f"mal+{ASSIGNMENT}+2026-01-01 00:00:00 UTC+x").symlink_to(inbound)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.Exchange.root = {str(exchange)!r}\n")
        config.write("c.ExchangeCollect.check_owner = False\n")  # all are made by one user here
    collected = cli(course, "nbgrader", "collect", ASSIGNMENT)
    assert collected.returncode == 0, collected.stderr
    for name in ("linked.html", "folder", "pipe", f"mal+{ASSIGNMENT}"):
        assert f"/{name}" in collected.stderr, name
    assert [path.parent.name for path in (course / "submitted").glob("*/*")] == ["eve"]
    handed_in = course / "submitted" / "eve" / ASSIGNMENT
    assert {path.name for path in handed_in.iterdir()} == {
        *(f"{ASSIGNMENT}.ipynb", "timestamp.txt", "submission_secret.txt", "own.html", "own.csv")
    }
    (handed_in / "linked.html").symlink_to(hidden / "check_dot_scores.py")  # collected otherwise
    (handed_in / "large.bin").touch()
    os.truncate(handed_in / "large.bin", 300 << 20)
    assert cli(course, "autograder", "grade", ASSIGNMENT).returncode == 0
    released = cli(course, "nbgrader", "release_feedback", ASSIGNMENT)
    assert released.returncode == 0, released.stderr
    (page,) = (exchange / "attention" / "feedback").iterdir()
    assert "own.html" in page.read_text()  # said to be left out
    for kind in ("autograded", "feedback"):
        carried = {path.name for path in (course / kind / "eve" / ASSIGNMENT).iterdir()}
        assert "own.csv" in carried
        assert not carried & {"own.html", "linked.html", "large.bin"}
    autograded = cli(course, "nbgrader", "autograde", ASSIGNMENT, "--force")
    assert autograded.returncode != 0
    assert "linked.html is a link" in autograded.stderr
