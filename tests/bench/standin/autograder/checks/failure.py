"""Stands for the engine's module in a rival's kernel."""

from autograder.result import Outcome


class StudentFailure(BaseException):
    """The submission's doing; no Exception, as in the kit, so that Hypothesis does not retry."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome
