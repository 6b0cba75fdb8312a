"""Trusted side. What the submission itself did wrong, as checks and reports name it."""

from typing import Self

from autograder.result import Outcome
from autograder.sandbox import BoxEnded


class StudentFailure(BaseException):
    """The submission's doing. No Exception, so that Hypothesis does not try it again smaller.

    With a `doubt`, in words, a person decides whether it is.
    """

    def __init__(self, outcome: Outcome, message: str, *, doubt: str = "") -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message
        self.doubt = doubt

    @classmethod
    def of_ending(cls, ended: BoxEnded, message: str) -> Self:
        """A failure by which a box came to its end."""
        return cls(Outcome(ended.ending.value), message)
