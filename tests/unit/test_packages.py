"""Which packages the boxes have, what a course promises of them, and who imports others."""

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from autograder.course import packages
from autograder.course.layout import Course
from autograder.course.settings import read_settings
from autograder.errors import CourseError
from autograder.grading.fingerprint import fingerprints
from autograder.grading.one import unreadable
from autograder.report.page import class_page, how_lacking
from autograder.result import Result
from autograder.submission.reading import read_submission
from tests.conftest import ASSIGNMENT, hand_in, notebook_of


def test_a_name_is_what_is_installed_or_what_is_imported() -> None:
    assert packages.versions(["scikit-learn", "sklearn", "nosuchthing", "../numpy"]) == {
        "scikit-learn": version("scikit-learn"),
        "sklearn": "",
        "nosuchthing": None,
        "../numpy": None,
    }


def test_what_is_only_on_the_graders_own_path_is_not_in_a_box(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "onlyhere.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert packages.versions(["onlyhere"]) == {"onlyhere": None}


def test_another_version_of_a_promised_package_is_another_grading(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hand_in(course, "ann", notebook_of(course))
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Autograder.packages = ['pandas']\n")
    assignment = Course(root=course).assignment(ASSIGNMENT)
    submission = read_submission(path, assignment, student="ann")
    found = []
    for number in ("1.0", "2.0"):
        monkeypatch.setattr(packages, "_version", lambda *_, number=number: number)
        found.append(fingerprints(assignment, submission, isolate=True))
    assert {name for name in found[0] if found[0][name] != found[1][name]} == {"packages"}


def test_packages_are_a_list_of_names(tmp_path: Path) -> None:
    config = tmp_path / "nbgrader_config.py"
    config.write_text("c = get_config()\nc.Autograder.packages = 'pandas'")
    with pytest.raises(CourseError, match="write a list"):
        read_settings(tmp_path)


def waiting(course: Path, student: str, why: str) -> Result:
    result = unreadable(Course(root=course).assignment(ASSIGNMENT), student, "it waits", "full")
    return replace(result, tasks=tuple(replace(task, why=why) for task in result.tasks))


def test_submissions_are_counted_by_the_package_that_they_lack(course: Path) -> None:
    torch, jax = (f"it imports {name}, which the grader does not have" for name in ("torch", "jax"))
    results = [waiting(course, f"s{number}", torch) for number in range(7)]
    results += [waiting(course, "ann", jax), waiting(course, "bea", "a person grades it")]
    first, second = how_lacking(results)
    assert first.startswith("7 submissions import torch, which the grader does not have; ")
    assert second.startswith("1 submission imports jax, which the grader does not have; ")
    assert first in class_page(results, {}, lambda _: "#")
