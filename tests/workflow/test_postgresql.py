"""A gradebook on a real PostgreSQL server: nbgrader's whole way, and several graders at once."""

import csv
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbgrader.api import Base
from nbgrader.apps.api import NbGraderAPI
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import OperationalError
from traitlets.config import Config

from autograder.course.notebooks import cell_of
from tests.conftest import ASSIGNMENT, PATIENCE_S, SCRIPTS, Run, hand_in, notebook_of
from tests.postgresql import PASSWORD, Server, running_server
from tests.workflow.conftest import RIGHT, WRONG, scores_in

GRADE = ("autograder", "grade", ASSIGNMENT)


@dataclass(frozen=True, kw_only=True)
class Course:
    """A course folder, and where its gradebook is."""

    root: Path
    url: str

    def hand_in(self, *students: str) -> dict[str, dict[str, float]]:
        """Hand in a right answer for every other student; the scores that all must get."""
        expected = {}
        for number, student in enumerate(students):
            notebook = notebook_of(self.root)
            answer = cell_of(notebook, "dot_scores_answer")
            answer["source"] += f"\n# {student}"
            if number % 2:
                answer["source"] = f"def dot_scores(query, keys):\n    return {number}\n"
            hand_in(self.root, student, notebook)
            expected[student] = WRONG if number % 2 else RIGHT
        return expected

    def holds(self, expected: dict[str, dict[str, float]]) -> bool:
        """Whether the gradebook holds just these scores, and each student has a feedback page."""
        assert scores_in(self.root, self.url) == expected
        pages = self.root.glob(f"feedback/*/{ASSIGNMENT}/{ASSIGNMENT}.html")
        return {page.parts[-3] for page in pages} == set(expected)


def at(root: Path, url: str) -> Course:
    """The course in `root`, configured as an instructor does it."""
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    return Course(root=root, url=url)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.fixture(scope="module")
def released(server: Server, pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database that knows the assignment."""
    root = Path(shutil.copytree(pristine, tmp_path_factory.mktemp("released") / "course"))
    name = "released"
    at(root, server.create_database(name))
    command = [str(SCRIPTS / "nbgrader"), "generate_assignment", ASSIGNMENT, "--force"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not (root / "gradebook.db").exists()
    return name


_numbers = itertools.count()


@pytest.fixture
def served(course: Path, server: Server, released: str) -> Course:
    """A course with a database of its own that knows the assignment."""
    return at(course, server.create_database(f"course_{next(_numbers)}", released))


def at_once(root: Path, *commands: Sequence[str]) -> list[Run]:
    """Run commands side by side."""
    return [ended(process) for process in [started(root, command) for command in commands]]


def started(root: Path, command: Sequence[str]) -> subprocess.Popen[str]:
    argv = [str(SCRIPTS / command[0]), *command[1:]]
    pipe = subprocess.PIPE
    return subprocess.Popen(argv, cwd=root, stdout=pipe, stderr=pipe, text=True)


def ended(process: subprocess.Popen[str]) -> Run:
    out, err = process.communicate(timeout=PATIENCE_S)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@contextmanager
def held_up(
    course: Course, hold: Callable[[Connection], object]
) -> Iterator[Callable[[subprocess.Popen[str]], None]]:
    """Do `hold` in a transaction of another program; wait until a command meets it.

    Leaving the block commits what was held.
    """
    engine = create_engine(course.url)
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")

    def until_met(command: subprocess.Popen[str]) -> None:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watch:
            while not watch.scalar(waiting):
                assert command.poll() is None, "it ended before it met what is held"
                time.sleep(0.05)

    with engine.connect() as ours:
        hold(ours)
        yield until_met
        with suppress(OperationalError):  # a server that is gone commits nothing
            ours.commit()
    engine.dispose()


def add_student(student: str) -> Callable[[Connection], object]:
    statement = text("INSERT INTO student (id) VALUES (:id)")
    return lambda connection: connection.execute(statement, {"id": student})


def make_tables(connection: Connection) -> None:
    Base.metadata.create_all(connection)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))


def test_every_command_of_nbgrader_works_on_postgresql(
    served: Course, cli: Callable[..., Run]
) -> None:
    expected = served.hand_in("anna", "ben")
    done = cli(served.root, *GRADE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert served.holds(expected)

    hand_in(served.root, "clara", notebook_of(served.root))
    for command in ("autograde", "generate_feedback"):
        done = cli(served.root, "nbgrader", command, ASSIGNMENT, "--student", "clara")
        assert done.returncode == 0, done.stderr
    assert served.holds(expected | {"clara": RIGHT})

    done = cli(served.root, "nbgrader", "export", "--to", "grades.csv")
    assert done.returncode == 0, done.stderr
    with (served.root / "grades.csv").open() as file:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert rows == {"anna": 20, "ben": 12, "clara": 20}
    where = {"root": str(served.root), "db_url": served.url}
    listed = NbGraderAPI(config=Config({"CourseDirectory": where})).get_submissions(ASSIGNMENT)
    assert {one["student"]: one["score"] for one in listed} == rows  # as formgrader shows them
    assert not (served.root / "gradebook.db").exists()


def test_two_graders_at_once_leave_a_complete_gradebook(served: Course) -> None:
    students = [f"student-{number}" for number in range(6)]
    expected = served.hand_in(*students)
    own = [[word for s in students[i::2] for word in ("--student", s)] for i in range(2)]
    for done in at_once(served.root, *((*GRADE, "--jobs", "1", *words) for words in own)):
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert served.holds(expected)


@pytest.mark.parametrize("place", ["postgresql", "sqlite"])
def test_two_graders_of_the_same_new_students_leave_a_complete_gradebook(
    served: Course, place: str, cli: Callable[..., Run]
) -> None:
    if place == "sqlite":
        served = at(served.root, f"sqlite:///{served.root / 'gradebook.db'}?timeout=60")
        done = cli(served.root, "nbgrader", "generate_assignment", ASSIGNMENT, "--force")
        assert done.returncode == 0, done.stderr
    expected = served.hand_in(*(f"student-{number}" for number in range(6)))
    for done in at_once(served.root, (*GRADE, "--jobs", "1"), (*GRADE, "--jobs", "1")):
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert served.holds(expected)


def test_student_whom_another_machine_adds_first_is_graded_all_the_same(served: Course) -> None:
    expected = served.hand_in("anna", "ben")
    with held_up(served, add_student("anna")) as until_met:
        grading = started(served.root, (*GRADE, "--jobs", "1"))
        until_met(grading)
    done = ended(grading)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert served.holds(expected)


def test_release_into_a_database_that_another_machine_fills_first(
    course: Path, server: Server
) -> None:
    empty = at(course, server.create_database(f"course_{next(_numbers)}"))
    with held_up(empty, make_tables) as until_met:
        releasing = started(course, ("autograder", "release", ASSIGNMENT))
        until_met(releasing)
    done = ended(releasing)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_server_that_stops_while_grading_loses_no_result(
    course: Path, cli: Callable[..., Run]
) -> None:
    with running_server() as other:
        served = at(course, other.create_database("course"))
        done = cli(course, "nbgrader", "generate_assignment", ASSIGNMENT, "--force")
        assert done.returncode == 0, done.stderr
        served.hand_in("anna", "ben")
        with held_up(served, add_student("anna")) as until_met:
            grading = started(course, (*GRADE, "--jobs", "1", "--json", "report.json"))
            until_met(grading)
            other.stop()
        done = ended(grading)
    assert done.returncode == 1, done.stdout + done.stderr
    assert " ".join(done.stdout.split()).count("server does not answer") == 2
    assert "Traceback" not in done.stderr
    report = json.loads((course / "report.json").read_text())
    assert {one["student"]: one["score"] for one in report} == {"anna": 20, "ben": 12}


MISTAKES = {
    "the password": ("sesame-4711@", "wrong-4711@", "refuses the user or the password"),
    "the database": ("/course_", "/nowhere_", "has no database 'nowhere_"),
    "the server": ("?host=", "?host=/nonexistent", "does not answer; start it"),
    "the driver": ("+psycopg2", "+pg8000", "'pg8000', which is not installed"),
    "the address": ("://", ":", "is not the address of a database"),
}


@pytest.mark.parametrize(
    ("command", "what"), [*(("grade", what) for what in MISTAKES), ("release", "the server")]
)
def test_what_is_wrong_with_the_address_is_said_before_anything_is_done(
    served: Course, cli: Callable[..., Run], command: str, what: str
) -> None:
    served.hand_in("anna")
    right, wrong, words = MISTAKES[what]
    assert right in served.url
    at(served.root, served.url.replace(right, wrong))
    done = cli(served.root, "autograder", command, ASSIGNMENT)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.startswith("autograder: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert words in done.stderr
    assert "nbgrader_config.py" in done.stderr
    for secret in (PASSWORD, "wrong-4711"):
        assert secret not in done.stdout + done.stderr
    assert not (served.root / ".autograder").exists()


def test_demo_leaves_the_course_s_own_database_alone(
    course: Path, server: Server, cli: Callable[..., Run]
) -> None:
    served = at(course, server.create_database(f"course_{next(_numbers)}"))
    for kind in ("wrong", "hostile"):  # right answers are enough here
        shutil.rmtree(course / "solutions" / ASSIGNMENT / kind)
    done = cli(course, "autograder", "demo", ASSIGNMENT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "reference" in scores_in(course / "demo")
    engine = create_engine(served.url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
