"""A final number and its words say the same, whatever a task is worth."""

from io import StringIO

import pytest
from rich.console import Console

from autograder.report.score import Standing, State, TaskScore
from autograder.report.terminal import show_class

TESTED = TaskScore(name="t", max_score=2, auto=2)


def standing(*tasks: TaskScore, late_penalty: float = 0.0) -> Standing:
    most = sum(task.max_score for task in tasks)
    return Standing(student="ann", max_score=most, tasks=tasks, late_penalty=late_penalty)


@pytest.mark.parametrize(
    ("tasks", "score", "words"),
    [
        ([TaskScore(name="t", max_score=0, auto=0)], 0, "0/0"),
        ([TaskScore(name="t", max_score=0)], None, "0 of 0, t waits for a person"),
        ([TESTED, TaskScore(name="e", max_score=0)], None, "2 of 2, e waits for a person"),
        ([TESTED, TaskScore(name="e", max_score=3)], None, "2 of 5, 3 points wait for a person"),
        ([TaskScore(name="e", max_score=3)], None, "needs review, 3 points wait for a person"),
        ([TESTED, TaskScore(name="e", max_score=3, auto=0)], 2, "2/5"),
        (
            [TaskScore(name="t", max_score=2, auto=1, manual=2, again=True)],
            None,
            "needs review, 2 points wait for a person; t: it changed after a person had given 2",
        ),
    ],
)
def test_words_are_final_exactly_where_the_score_is(
    tasks: list[TaskScore], score: float | None, words: str
) -> None:
    one = standing(*tasks)
    assert one.score == score
    assert (one.state is State.GRADED) is (score is not None)
    assert one.words() == words


def test_a_penalty_takes_no_more_than_there_is_and_says_how_much_it_took() -> None:
    one = standing(TESTED, late_penalty=5)
    assert (one.score, one.words()) == (0, "0/2; 2 less for handing in late")


def test_who_handed_in_and_is_not_graded_is_named_beside_the_count() -> None:
    out = Console(file=StringIO(), width=120)
    new = Standing(student="new", max_score=2)
    missing = Standing(student="away", max_score=2, handed_in=False)
    show_class(out, [], standings={"new": new, "away": missing})
    said = out.file.getvalue()  # type: ignore[attr-defined]  # it is the one above
    assert "1 handed in: 0 graded, 1 open; 1 missing." in said
    assert "Handed in, but not graded yet: new." in said
