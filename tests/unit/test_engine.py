"""Submissions flow through an engine: few are in memory, what is known waits for nobody."""

import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from autograder.config import NUMPY, TENSORFLOW, Flavour
from autograder.course.layout import Assignment, Course
from autograder.grading import classroom, local
from autograder.grading.classroom import Classroom, submitted
from autograder.grading.local import Graders, Work
from autograder.grading.one import Verdict, unreadable
from autograder.grading.process import ProcessEnded
from autograder.sandbox import Sandbox
from autograder.submission import reading
from autograder.submission.ordinary import read_ordinary
from autograder.submission.reading import Submission
from tests.conftest import ASSIGNMENT, hand_in, notebook_of

STUDENTS = 30
HERE = Assignment(name="a", root=Path(), tasks=())


class FakeSandbox(Sandbox):
    """Fork-servers that are ready at once and are only counted."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.started: dict[Flavour, Any] = {}

    def start(self, flavour: Flavour) -> None:
        self.started[flavour] = None

    def wait(self) -> None:
        pass

    def controls(self) -> dict[Flavour, Any]:
        return dict(self.started)


class FakeProcess:
    """Answers here what a grader process would; it says which fork-servers it shares."""

    made: list["FakeProcess"]

    def __init__(self, sandbox: Sandbox) -> None:
        self.shares, self.closed = sandbox.controls().keys(), False
        self.made.append(self)

    def run(self, do: Callable[..., Any], item: Any) -> Any:
        return do(self, item)

    def kill(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[FakeProcess]:
    FakeProcess.made = []
    monkeypatch.setattr(local, "GraderProcess", FakeProcess)
    return FakeProcess.made


def shared_by_its_process(_assignment: Assignment, process: Any, _item: Any) -> set[Flavour]:
    return set(process.shares)


def lost(item: Any) -> Any:
    raise AssertionError(item)


def expected(graders: Graders, flavours: Sequence[Flavour | None]) -> Iterator[Flavour | None]:
    for flavour in flavours:
        graders.expect(flavour)
        yield flavour


def test_every_item_meets_a_process_that_shares_its_fork_server(
    processes: list[FakeProcess],
) -> None:
    """Also one that is needed for the first time when processes are there already."""
    graders = Graders(FakeSandbox(), jobs=1, items=4)
    flavours = (*[NUMPY] * 4, TENSORFLOW, None, NUMPY)
    work = Work(do=shared_by_its_process, lost=lost)
    answers = list(graders.each(HERE, work, expected(graders, flavours)))
    assert all(item in shared for item, shared in answers if item is not None)
    assert [process.closed for process in processes] == [True, False]
    graders.close()


@pytest.mark.parametrize(("unknown", "started"), [(1, 1), (7, 1), (8, 2), (STUDENTS, 3)])
def test_few_unknown_results_are_not_worth_many_processes(
    processes: list[FakeProcess], unknown: int, started: int
) -> None:
    graders = Graders(FakeSandbox(), jobs=3, items=STUDENTS)
    for _ in range(unknown):
        graders.expect(NUMPY)
    assert len(processes) == started
    graders.close()


@pytest.mark.parametrize(("size", "most"), [(STUDENTS, 2), (7, 1)])
def test_no_more_items_are_taken_than_processes_have_room_for(
    processes: list[FakeProcess], size: int, most: int
) -> None:
    """A small class is not worth a second process."""
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(size):
            taken.append(number)
            yield number

    graders = Graders(FakeSandbox(), jobs=2, items=size)
    work = Work(do=shared_by_its_process, lost=lost)
    for done, _ in enumerate(graders.each(HERE, work, items()), start=1):
        assert len(taken) - done <= most * local.AHEAD
    assert len(taken) == size
    assert len(processes) <= most
    graders.close()


class Waiting(FakeProcess):
    """Answers the first item, and waits with any other until it is ended."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self._ended = Event()

    def run(self, do: Callable[..., Any], item: Any) -> Any:
        if item:
            self._ended.wait()
            raise ProcessEnded
        return super().run(do, item)

    def kill(self) -> None:
        self._ended.set()


def test_what_waits_is_given_to_no_process_when_the_engine_is_closed(
    processes: list[FakeProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an interrupt that comes while an answer is used, and not while one is awaited."""
    monkeypatch.setattr(local, "GraderProcess", Waiting)
    graders = Graders(FakeSandbox(), jobs=2, items=8)
    answers = graders.each(HERE, Work(do=shared_by_its_process, lost=lost), range(8))
    next(answers)
    before = len(processes)
    graders.close()
    with pytest.raises(ProcessEnded):
        next(answers)
    assert len(processes) == before
    assert all(process.closed for process in processes)


def test_signal_is_handled_when_no_lock_of_an_executor_is_held() -> None:
    """Else the lock would stay held, and the command would wait for a thread that wants it."""
    done = []

    def hand_over() -> None:
        with local.signals_later():
            signal.raise_signal(signal.SIGINT)
            done.append("handed over")

    with pytest.raises(KeyboardInterrupt):
        hand_over()
    assert done == ["handed over"]


@pytest.fixture
def readings(course: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose file has been read, of a class that handed in what is no notebook."""
    read: list[str] = []

    def counted(path: Path, limit: int) -> bytes | None:
        read.append(path.parts[-3])
        return read_ordinary(path, limit)

    monkeypatch.setattr(reading, "read_ordinary", counted)
    for number in range(STUDENTS):
        hand_in(course, f"student-{number:02}", "no notebook")
    return read


def test_a_class_of_known_results_is_never_in_memory(course: Path, readings: list[str]) -> None:
    assignment = Course(root=course).assignment(ASSIGNMENT)
    sandbox = Sandbox(course)
    room = Classroom(course, sandbox)
    graded = room.each(assignment, submitted(assignment), Graders(sandbox, jobs=2, items=STUDENTS))
    assert len(readings) == 8, "the first ones, so that what they need starts"
    students = []
    for one in graded:
        students.append(one.result.student)
        assert len(readings) - len(students) <= 8
    assert readings == students == [f"student-{number:02}" for number in range(STUDENTS)]


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who has been judged, each by a grader that failed."""
    students: list[str] = []

    def judge(assignment: Assignment, _sandbox: Any, submission: Submission, _past: Any) -> Verdict:
        students.append(submission.student)
        return Verdict(result=unreadable(assignment, submission.student, "our fault", "full"))

    monkeypatch.setattr(classroom, "judge", judge)
    return students


@pytest.mark.usefixtures("processes")
def test_a_fault_of_ours_is_tried_again_when_it_is_asked_for_again(
    course: Path, judged: list[str]
) -> None:
    """As by a click in formgrader, whose process goes on; in a run of ours it is judged once."""
    hand_in(course, "ann", notebook_of(course, "release"))
    assignment = Course(root=course).assignment(ASSIGNMENT)
    sandbox = FakeSandbox()
    room, (entry,) = Classroom(course, sandbox), submitted(assignment)
    for clicks in (1, 2):
        assert room.one(assignment, entry).result.score is None
        assert judged == ["ann"] * clicks
    for graded in room.each(assignment, [entry], Graders(sandbox)):
        assert len(judged) == 3
        assert room.one(assignment, entry).result == graded.result
    assert len(judged) == 3
