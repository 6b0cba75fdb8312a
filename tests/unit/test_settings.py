"""What nbgrader's configuration says is honoured, or refused by name."""

from pathlib import Path

import pytest

from autograder.course.layout import Assignment
from autograder.course.settings import Settings, read_settings
from autograder.errors import CourseError
from autograder.grading.classroom import submitted
from autograder.submission.beside import files_beside


def settings_of(root: Path, lines: str) -> Settings:
    (root / "nbgrader_config.py").write_text(f"c = get_config()\n{lines}\n")
    return read_settings(root)


@pytest.mark.parametrize(
    "line", ["c.Execute.enabled = False", "c.ExecutePreprocessor.enabled = False"]
)
def test_grading_by_the_outputs_in_a_file_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(CourseError, match=r"Execute\.enabled = False"):
        settings_of(tmp_path, line)
    assert settings_of(tmp_path, f"{line}\nc.Execute.enabled = True")


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ("", None),
        ("c.Execute.timeout = 30", 30),
        ("c.ExecutePreprocessor.timeout = 30", 30),
        ("c.ExecutePreprocessor.timeout = 30\nc.Execute.timeout = 5", 5),
        ("c.Execute.timeout = None", None),
        ("c.Execute.timeout = -1", None),
    ],
)
def test_time_for_a_cell(tmp_path: Path, lines: str, seconds: float | None) -> None:
    assert settings_of(tmp_path, lines).cell_s == seconds


def test_students_that_nbgrader_passes_over_are_not_graded(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, 'c.CourseDirectory.student_id_exclude = "ann,bob"')
    for student in ("ann", "bob", "cem"):
        (tmp_path / "submitted" / student / "ps").mkdir(parents=True)
    assignment = Assignment(name="ps", root=tmp_path, tasks=(), settings=settings)
    assert [entry.student for entry in submitted(assignment)] == ["cem"]


def test_released_link_is_what_it_leads_to(tmp_path: Path) -> None:
    for name in ("data/big.csv", "data/sets/a.csv", "source/ps/own/b.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "source/ps/big.csv").symlink_to("../../data/big.csv")
    (tmp_path / "source/ps/sets").symlink_to(tmp_path / "data/sets")
    (tmp_path / "source/ps/gone.csv").symlink_to("nowhere")
    assignment = Assignment(
        name="ps", root=tmp_path, tasks=(), settings=settings_of(tmp_path, "c = get_config()")
    )
    beside, _ = files_beside(tmp_path / "submitted/ann/ps/ps.ipynb", assignment)
    assert {name: content.decode() for name, content in beside.items()} == {
        "big.csv": "data/big.csv",
        "sets/a.csv": "data/sets/a.csv",
        "own/b.csv": "source/ps/own/b.csv",
    }


def test_released_file_that_students_change_is_theirs(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, 'c.Autograde.exclude_overwriting = {"ps": ["mine.py"]}')
    for folder, text in (("source", "the course's"), ("submitted/ann", "ann's")):
        (tmp_path / folder / "ps").mkdir(parents=True)
        for name in ("mine.py", "given.py"):
            (tmp_path / folder / "ps" / name).write_text(text)
    assignment = Assignment(name="ps", root=tmp_path, tasks=(), settings=settings)
    beside, _ = files_beside(tmp_path / "submitted/ann/ps/ps.ipynb", assignment)
    assert beside == {"given.py": b"the course's", "mine.py": b"ann's"}
