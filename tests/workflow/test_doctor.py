"""`autograder doctor` says what is not as it must be, and what to do about it."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.conftest import ASSIGNMENT, Run, copy_course, hand_in, notebook_of


def test_doctor_finds_a_good_machine_good(course: Path, cli: Callable[..., Run]) -> None:
    done = cli(course, "autograder", "doctor", "--json", "-")
    assert done.returncode == 0, done.stderr
    facts = [finding["fact"] for finding in json.loads(done.stdout)]
    assert any("isolated" in fact for fact in facts)
    assert any("TensorFlow" in fact for fact in facts)


def test_doctor_names_the_remedy_for_a_missing_release(
    course: Path, cli: Callable[..., Run]
) -> None:
    (course / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").unlink()
    done = cli(course, "autograder", "doctor")
    assert done.returncode == 2
    assert f"run 'autograder release {ASSIGNMENT}'" in done.stdout


def test_doctor_goes_on_from_an_assignment_that_is_broken(
    course: Path, cli: Callable[..., Run]
) -> None:
    hidden = course / "tests" / "hidden"
    (hidden / ASSIGNMENT).rename(hidden / "alignment-score")
    done = cli(course, "autograder", "doctor", "--json", "-")
    assert done.returncode == 2
    findings = {finding["fact"]: finding["remedy"] for finding in json.loads(done.stdout)}
    assert "rename" in findings[f"{ASSIGNMENT} is broken"]


def test_a_promised_package_that_is_missing_is_an_error(
    published: Path, cli: Callable[..., Run]
) -> None:
    hand_in(published, "ann", notebook_of(published))
    with (published / "nbgrader_config.py").open("a") as config:
        config.write('\nc.Autograder.packages = ["numpy", "scikit-learn", "nosuchthing"]\n')
    for command, exit_code in (
        (("autograder", "doctor"), 2),
        (("autograder", "release", ASSIGNMENT), 1),
        (("autograder", "grade", ASSIGNMENT), 2),
        (("nbgrader", "autograde", ASSIGNMENT), 1),
    ):
        done = cli(published, *command)
        said = " ".join((done.stdout + done.stderr).split())
        assert done.returncode == exit_code, said
        assert "nosuchthing" in said
        assert "pip install nosuchthing" in said
        assert "pip install numpy" not in said
        assert "pip install scikit-learn" not in said


def test_doctor_says_which_data_sets_are_here(tmp_path: Path, cli: Callable[..., Run]) -> None:
    course = copy_course(tmp_path / "course", "bilstm-attention")
    done = cli(course, "autograder", "doctor")
    assert done.returncode == 0, done.stdout
    assert "'generated' is not here; it is made when it is needed" in done.stdout
    thresholds = course / "tests/hidden/bilstm-attention/thresholds.toml"
    thresholds.write_text(thresholds.read_text().replace('"generated"', '"imdb"'))
    done = cli(course, "autograder", "doctor")
    assert done.returncode == 2
    assert "autograder data import FOLDER" in done.stdout
