"""Both journeys in JupyterLab, in a real browser, as one story: each test goes on from the last.

The instructor releases, the student solves and submits, the instructor grades and comments, the
student reads. The lessons with things to move are fetched beside it.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from autograder.course.layout import Course
from autograder.course.notebooks import cell_of, read_trusted, text_of
from autograder.quiz import read_quiz
from tests.browser.conftest import Lab
from tests.browser.pages import Desk, Formgrader, Notebook
from tests.conftest import ASSIGNMENT, ROOT, Run

WRONG_ONES = ROOT / "solutions" / ASSIGNMENT / "wrong"
WRONG = (WRONG_ONES / "dot_scores__sums_over_time.py").read_text()
# Passes the visible check and fails a hidden one.
SUBTLE = (WRONG_ONES / "additive_scores__squeeze_eats_every_axis_of_one.py").read_text()
COMMENT = "Try this one with a single review, too."
goes_on = pytest.mark.usefixtures("story")
LESSONS = ("why-attention", "softmax-attention")


def solution(name: str, task: str) -> str:
    reference = read_trusted(Course(root=ROOT).assignment(name).reference)
    return text_of(cell_of(reference, f"{task}_answer"))


def picture(desk: Desk, pictures: Path, name: str, of: Locator | None = None) -> None:
    """Keep what the person sees, who scrolls to `of` first."""
    if of is not None:
        of.evaluate("element => element.scrollIntoView({block: 'center'})")
    desk.page.screenshot(path=pictures / f"{name}.png", animations="disabled")


def test_instructor_generates_and_releases_in_formgrader(
    lab: Lab, instructor: Desk, pictures: Path
) -> None:
    formgrader = instructor.formgrader()
    assert "Successfully created" in formgrader.press(ASSIGNMENT, "assign")
    assert "Successfully released" in formgrader.press(ASSIGNMENT, "release")
    expect(formgrader.row(ASSIGNMENT).locator("td.status")).to_have_text("released")
    picture(instructor, pictures, "released")
    built = (lab.course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()
    assert built == (ROOT / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()


@goes_on
def test_student_fetches_solves_validates_and_submits(
    lab: Lab, student: Desk, pictures: Path
) -> None:
    assignments = student.assignments()
    assignments.fetch(ASSIGNMENT)
    picture(student, pictures, "fetched")
    path = lab.student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = assignments.open(ASSIGNMENT, path)
    take_the_first_quiz(notebook, student, pictures)

    answer, check = notebook.place("dot_scores_answer"), notebook.place("dot_scores")
    notebook.run_all_above(answer)
    notebook.write(answer, WRONG)
    notebook.run(answer)
    expect(notebook.run(check)).to_contain_text("Which axis should be summed?")
    picture(student, pictures, "check-failed", notebook.output(check))

    notebook.write(answer, solution(ASSIGNMENT, "dot_scores"))
    notebook.run(answer)
    expect(notebook.run(check)).not_to_contain_text("AssertionError")
    picture(student, pictures, "check-passed", notebook.output(check))

    notebook.save()
    dialog = notebook.validate()
    expect(dialog).to_contain_text("additive_scores is not solved yet")
    picture(student, pictures, "validation-failed")
    dialog.get_by_role("button", name="Ok").click()

    notebook.write(notebook.place("additive_scores_answer"), SUBTLE)
    notebook.save()
    dialog = notebook.validate()
    expect(dialog).to_contain_text("Success! Your notebook passes all the tests.")
    picture(student, pictures, "validation-passed")
    dialog.get_by_role("button", name="Ok").click()

    student.tab("Assignments")
    assignments.submit(ASSIGNMENT)
    picture(student, pictures, "submitted")


def take_the_first_quiz(notebook: Notebook, student: Desk, pictures: Path) -> None:
    """Give the wrong and then the right answer, if the release has a quiz."""
    cells = enumerate(notebook.cells)
    places = [i for i, c in cells if "jupyterquiz" in text_of(c) and "outputs" in c]
    if not places:
        return
    card = notebook.run(places[0]).locator("div.Quiz").first
    expect(card).to_be_visible()
    text = card.locator("[id^=quizQn]").inner_text()
    quiz = read_quiz(ROOT / "quizzes" / f"{ASSIGNMENT}.json")
    asked = next(q for q in quiz if q["question"] == text)
    for right in (False, True):
        given = next(a for a in asked["answers"] if a.get("correct", False) is right)
        reply(card, given)
        expect(card.locator(".Feedback")).to_contain_text(given["feedback"])
        assert given["feedback"].startswith("Correct" if right else "Not quite")
        picture(student, pictures, f"quiz-{'right' if right else 'wrong'}", card)


def reply(card: Locator, answer: dict[str, Any]) -> None:
    field = card.locator("input.Input-text")
    if field.count():
        field.fill(str(answer.get("answer", answer.get("value"))))
        field.press("Enter")
    else:
        card.locator("label.MCButton").get_by_text(answer["answer"], exact=True).click()


@goes_on
def test_instructor_collects_grades_and_comments_in_formgrader(
    instructor: Desk, pictures: Path
) -> None:
    formgrader = Formgrader(instructor.page)
    assert "Collecting submission: student" in formgrader.press(ASSIGNMENT, "collect")
    formgrader.row(ASSIGNMENT).locator("td.num-submissions a").click()
    assert "Successfully autograded" in formgrader.press("student", "autograde")
    expect(formgrader.row("student").locator("td.status")).to_have_text("graded")
    expect(formgrader.row("student").locator("td.score")).not_to_have_text("0 / 20")
    picture(instructor, pictures, "autograded")

    formgrader.go("Manual Grading")
    formgrader.go(ASSIGNMENT)
    formgrader.go(ASSIGNMENT)
    formgrader.go("Submission #1")
    passed = formgrader.task("dot_scores")
    expect(passed).to_contain_text("passed")
    failed = formgrader.task("additive_scores")
    expect(failed).to_contain_text("Expected an array of shape (1, 5), but saw shape (5,).")
    picture(instructor, pictures, "table-of-checks", failed.locator("table"))
    formgrader.comment("additive_scores_answer", COMMENT)
    picture(instructor, pictures, "commented")


@goes_on
def test_instructor_returns_the_feedback_in_formgrader(instructor: Desk, pictures: Path) -> None:
    formgrader = Formgrader(instructor.page)
    formgrader.go("Manual Grading")  # the page of a submission has no menu
    formgrader.go("Manage Assignments")
    assert "Successfully generated" in formgrader.press(ASSIGNMENT, "generate-feedback")
    assert "Successfully released" in formgrader.press(ASSIGNMENT, "release-feedback")
    picture(instructor, pictures, "returned")


@goes_on
def test_student_reads_the_comment_and_what_the_hidden_checks_found(
    student: Desk, context: BrowserContext, pictures: Path
) -> None:
    assignments = student.assignments()
    assignments.refresh()
    row = assignments.row("submitted", ASSIGNMENT)
    row.get_by_role("button", name="Fetch Feedback").click()
    row.get_by_text("(view feedback)").click()
    file = student.page.locator(".jp-DirListing-item", has_text=f"{ASSIGNMENT}.html")
    file.dblclick()
    frame = student.page.frame_locator(".jp-HTMLViewer iframe, .jp-HTMLContainer iframe")
    expect(frame.locator("body")).to_contain_text(COMMENT)
    picture(student, pictures, "feedback-in-jupyterlab", frame.get_by_text(COMMENT).first)

    file.click(button="right")
    with context.expect_page() as opened:
        student.page.get_by_role("menuitem", name="Open in New Browser Tab").click()
    page = opened.value
    expect(page.locator("body")).to_contain_text(COMMENT)
    expect(page.locator("math").first).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("$$")
    page.screenshot(path=pictures / "feedback-in-a-tab.png", full_page=True)
    page.close()


def test_lessons_are_released_and_fetched_by_commands(lab: Lab, cli: Callable[..., Run]) -> None:
    for name in LESSONS:
        for folder, command in (
            (lab.course, "generate_assignment"),
            (lab.course, "release_assignment"),
            (lab.student, "fetch_assignment"),
        ):
            done = cli(folder, "nbgrader", command, name)
            assert done.returncode == 0, done.stderr


@goes_on
def test_predictor_reads_what_is_typed_and_its_bar_moves(
    lab: Lab, student: Desk, pictures: Path
) -> None:
    notebook = student.open_file("why-attention", lab.student)
    live = notebook.place_of("def demo_show_live(")
    notebook.run_all_above(live)
    output = notebook.run(live)
    field, bars = output.locator("textarea"), output.locator("[role=img][aria-label*=positive]")
    percent = {}
    for word in ("wonderful", "dreadful"):
        field.fill(f"For me the film was {word}.")
        expect(output).to_contain_text(f"{word}")
        expect(output.locator("p").first).to_have_text("6 words read")
        attention = bars.last
        expect(attention).to_have_attribute(
            "aria-label", re.compile(r"^[6-9]\d|100" if word == "wonderful" else r"^[0-3]?\d ")
        )
        box = attention.locator("div").first.bounding_box()
        assert box is not None
        percent[word] = box["width"]
        picture(student, pictures, f"predictor-{word}", attention)
    assert percent["wonderful"] > 2 * percent["dreadful"]


@goes_on
def test_sliders_redraw_the_weights(lab: Lab, student: Desk, pictures: Path) -> None:
    notebook = student.open_file("softmax-attention", lab.student)
    answer = notebook.place("attention_weights_answer")
    notebook.run_all_above(answer)
    notebook.write(answer, solution("softmax-attention", "attention_weights"))
    notebook.run(answer)
    expect(notebook.run(notebook.place("attention_weights"))).not_to_contain_text("Error")
    bars = notebook.place_of("def demo_bars(")
    expect(notebook.run(bars).locator("img")).to_have_count(1)
    output = notebook.run(notebook.place_of("def demo_show_slider("))
    image, words = output.locator("img"), output.locator(".widget-html")
    expect(words).to_contain_text("she 0.884")
    picture(student, pictures, "slider-before")
    before = image.get_attribute("src")
    handles = output.get_by_role("slider")
    handles.first.focus()
    for _ in range(12):  # 10 ** (12 * 0.05) is 3.98
        student.page.keyboard.press("ArrowRight")
    expect(words).to_contain_text("she 0.459")
    assert image.get_attribute("src") != before
    picture(student, pictures, "slider-after")


def test_no_request_left_the_machine(lab: Lab) -> None:
    assert lab.visited == {"127.0.0.1"}


def test_nothing_was_written_in_the_home_of_who_started_it(lab: Lab) -> None:
    assert list(lab.home.rglob("*")) == []
