"""What has not changed is not run again, and what will be done can be asked beforehand."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from autograder.cli.app import main
from autograder.course.notebooks import cell_of
from autograder.grading.classroom import Classroom, GradedSubmission
from autograder.result import Result, Status, TaskResult
from autograder.sandbox import Sandbox
from autograder.submission import reading
from autograder.submission.ordinary import read_ordinary
from tests.altered import Change, altered_kit
from tests.conftest import ASSIGNMENT, SCRIPTS, Make, Run, hand_in, notebook_of
from tests.workflow.conftest import element, scores_in

GRADE = ("autograder", "grade", ASSIGNMENT)
WRONG = "def dot_scores(query, keys):\n    return query @ keys[0].T\n"


@pytest.fixture(scope="session")
def graded_once(
    generated: Path, once: Callable[[str, Make], Path], cli: Callable[..., Run]
) -> Path:
    def make(folder: Path) -> None:
        shutil.copytree(generated, folder, dirs_exist_ok=True)
        hand_in(folder, "right", notebook_of(folder))
        wrong = notebook_of(folder)
        cell_of(wrong, "dot_scores_answer")["source"] = WRONG
        hand_in(folder, "wrong", wrong)
        done = cli(folder, *GRADE)
        assert done.returncode == 0, done.stdout + done.stderr

    return once("one-right-one-wrong", make)


@pytest.fixture
def graded(graded_once: Path, tmp_path: Path) -> Path:
    """A course with one right and one wrong submission, both graded, which a test may change."""
    return Path(shutil.copytree(graded_once, tmp_path / "course"))


@pytest.fixture
def without_bubblewrap(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of a student's can be run."""
    bare = tmp_path / "bin"
    bare.mkdir()
    for program in Path("/usr/bin").iterdir():
        if program.name != "bwrap":
            (bare / program.name).symlink_to(program)
    return {**os.environ, "PATH": f"{SCRIPTS}:{bare}"}


def feedback_page(course: Path, student: str) -> Path:
    return course / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"


def change(course: Path, task: str, old: str, new: str) -> None:
    file = course / "tests" / "hidden" / ASSIGNMENT / f"check_{task}.py"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_changed_message_runs_nothing(
    graded: Path, cli: Callable[..., Run], without_bubblewrap: dict[str, str]
) -> None:
    page, before = feedback_page(graded, "wrong"), scores_in(graded)
    assert "Along which axis do the reviews lie" in page.read_text()
    change(graded, "dot_scores", "Along which axis do the reviews lie", "Where do reviews lie")
    done = cli(graded, *GRADE, env=without_bubblewrap)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Where do reviews lie" in page.read_text()
    assert scores_in(graded) == before


def test_what_is_handed_in_anew_takes_the_place_of_what_was_recorded(
    graded: Path, cli: Callable[..., Run]
) -> None:
    recordings = graded / ".autograder" / "recordings"
    before = set(recordings.iterdir())
    notebook = notebook_of(graded, "source")
    cell_of(notebook, "dot_scores_answer")["source"] += "\n# anew"
    hand_in(graded, "right", notebook)
    assert cli(graded, *GRADE).returncode == 0
    after = set(recordings.iterdir())
    assert (len(before), len(after), len(before & after)) == (2, 2, 1)


def test_changed_check_runs_its_own_task_only(
    graded: Path, cli: Callable[..., Run], tmp_path: Path
) -> None:
    """Both cells write down who calls them, in a place that only a run without sandbox reaches."""
    noting = tmp_path / "calls"
    notebook = notebook_of(graded, "source")
    for name in ("dot_scores", "additive_scores"):
        cell_of(notebook, f"{name}_answer")["source"] += NOTE.format(name=name, file=str(noting))
    hand_in(graded, "right", notebook)
    unsafe = ("autograder", "--unsafe-no-sandbox", "grade", ASSIGNMENT, "--student", "right")
    assert cli(graded, *unsafe).returncode == 0
    assert set(noting.read_text().split()) == {"dot_scores", "additive_scores"}
    noting.unlink()
    change(graded, "dot_scores", "rng.normal(size=", "rng.normal(loc=0.5, size=")
    done = cli(graded, *unsafe)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(noting.read_text().split()) == {"dot_scores"}


NOTE = """
_{name} = {name}
def {name}(*arguments):
    with open({file!r}, "a") as file:
        file.write("{name} ")
    return _{name}(*arguments)
"""


def dry_run(
    cli: Callable[..., Run], course: Path, environment: Mapping[str, str]
) -> dict[str, str]:
    """Why something would be done, by student."""
    done = cli(course, *GRADE, "--dry-run", "--json", "-", env=environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_dry_run_says_what_would_be_done_and_why(
    graded: Path, cli: Callable[..., Run], without_bubblewrap: dict[str, str]
) -> None:
    def plan() -> dict[str, str]:
        return dry_run(cli, graded, without_bubblewrap)

    assert plan() == {"right": "", "wrong": ""}
    hand_in(graded, "new", notebook_of(graded, "source"))
    hand_in(graded, "letter", "this is no notebook")
    better = notebook_of(graded, "source")
    cell_of(better, "dot_scores_answer")["source"] += "# now it works"
    hand_in(graded, "wrong", better)
    change(graded, "dot_scores", "rng.normal(size=", "rng.normal(loc=0.5, size=")
    found = plan()
    assert found["right"] == "hidden check check_dot_scores.py changed"
    assert found["wrong"] == "hidden check check_dot_scores.py changed, notebook changed"
    assert found["new"] == "never graded"
    assert found["letter"].startswith("cannot be read: ")
    assert "new" not in scores_in(graded)


def test_what_is_graded_again_follows_from_the_code_that_makes_a_verdict(
    graded: Path, cli: Callable[..., Run], tmp_path: Path
) -> None:
    """Neither from a page's look, nor from a help text, nor from a docstring elsewhere."""

    def plan(*changes: Change) -> dict[str, str]:
        kit = altered_kit(tmp_path / str(len(changes)), *changes)
        return dry_run(cli, graded, {**os.environ, "PYTHONPATH": str(kit)})

    elsewhere = (
        Change(file="report/templates/page.css", old="body { margin: 0", new="body { margin: 1px"),
        Change(file="cli/grade.py", old="Only this one; repeatable.", new="Only these."),
        Change(file="gradebook/book.py", old="The gradebook of one", new="The book of one"),
        Change(file="grading/store.py", old="What a course keeps of", new="What is kept of"),
    )
    assert plan(*elsewhere) == {"right": "", "wrong": ""}
    line = Change(file="checks/explain.py", old="_MAX_LINE = 120", new="_MAX_LINE = 119")
    assert plan(line) == {"right": "grader changed", "wrong": "grader changed"}


def test_comparison_names_every_change_and_writes_none(
    graded: Path, cli: Callable[..., Run]
) -> None:
    before = scores_in(graded)
    done = cli(graded, *GRADE, "--compare")
    assert "No grade would change." in done.stdout
    better = notebook_of(graded, "source")
    cell_of(better, "dot_scores_answer")["source"] += "# now it works"
    hand_in(graded, "wrong", better)
    done = cli(graded, *GRADE, "--compare")
    assert done.returncode == 0, done.stderr
    (line,) = (line for line in done.stdout.splitlines() if "dot_scores" in line)
    cells = [cell.strip() for cell in line.split("│") if cell.strip()]
    assert cells[:2] == ["wrong", "dot_scores"]
    assert float(cells[2]) == before["wrong"]["dot_scores"]
    assert float(cells[2]) < float(cells[3]) == 8
    assert "scores_stay_within_their_own_review" in done.stdout
    assert scores_in(graded) == before
    assert cli(graded, *GRADE).returncode == 0
    assert scores_in(graded)["wrong"]["dot_scores"] == 8


def test_report_shows_the_class_without_running_anything(
    graded: Path, cli: Callable[..., Run], without_bubblewrap: dict[str, str]
) -> None:
    done = cli(graded, "autograder", "report", ASSIGNMENT, "--json", "-", env=without_bubblewrap)
    assert done.returncode == 0, done.stderr
    reports = {report["student"]: report for report in json.loads(done.stdout)}
    rows = scores_in(graded)
    assert set(reports) == set(rows)
    for student, row in rows.items():
        assert reports[student]["score"] == sum(filter(None, row.values()))
    assert "scores_stay_within_their_own_review" in done.stderr
    page = BeautifulSoup((graded / "reports" / f"{ASSIGNMENT}.html").read_text(), "html.parser")
    hardest = element(page, "section[aria-labelledby=checks] tbody tr")
    assert "own review" in hardest.get_text()
    assert "1 of 2" in hardest.get_text()
    links = [graded / "reports" / str(link["href"]) for link in page.find_all("a")]
    assert len(links) == 2
    assert all(link.is_file() for link in links)


def test_report_of_what_was_never_graded_says_so(course: Path, cli: Callable[..., Run]) -> None:
    done = cli(course, "autograder", "report", ASSIGNMENT)
    assert done.returncode == 2
    assert f"run 'autograder grade {ASSIGNMENT}'" in done.stderr


@pytest.mark.parametrize("options", [[], ["--compare"], ["--dry-run"]], ids=" ".join)
def test_each_submission_is_read_once_in_a_run(
    graded: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    """What is known, what is new, and what cannot be read."""
    hand_in(graded, "new", notebook_of(graded, "source"))
    hand_in(graded, "letter", "this is no notebook")
    read: Counter[str] = Counter()

    def counted(path: Path, limit: int) -> bytes | None:
        read[path.parts[-3]] += 1
        return read_ordinary(path, limit)

    monkeypatch.setattr(reading, "read_ordinary", counted)
    done = CliRunner().invoke(main, ["--course", str(graded), *GRADE[1:], *options])
    assert done.exit_code == (0 if options == ["--dry-run"] else 1), done.output  # the letter
    assert read == dict.fromkeys(("right", "wrong", "new", "letter"), 1)


def of_two(answers: dict[str, str]) -> GradedSubmission:
    """A submission of two notebooks with a written answer each, which nobody has graded yet."""
    tasks = tuple(
        TaskResult(
            name=name,
            score=None,
            max_score=3,
            status=Status.NEEDS_REVIEW,
            checks=(),
            why="a person grades it",
        )
        for name in answers
    )
    result = Result(
        assignment="ps",
        student="ann",
        status=Status.NEEDS_REVIEW,
        score=None,
        max_score=6,
        sealed=False,
        isolation="",
        mended=(),
        tasks=tasks,
    )
    return GradedSubmission(result=result, parts={f"answer {n}": a for n, a in answers.items()})


def test_what_nbgrader_has_not_written_yet_is_still_known_to_have_changed(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """It writes the notebooks of a submission one after the other."""
    classroom = Classroom(tmp_path, sandbox)
    classroom.remember_written(of_two({"p1/essay": "one", "p2/essay": "two"}))
    again = of_two({"p1/essay": "another", "p2/essay": "another"})
    assert classroom.changed(again).within("p1").answers == {"essay"}
    classroom.remember_written(again, "p1")
    assert classroom.changed(again).within("p1").answers == set()
    assert classroom.changed(again).within("p2").answers == {"essay"}
    classroom.remember_written(again, "p2")
    assert classroom.changed(again).answers == set()
