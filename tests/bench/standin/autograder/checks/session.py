"""Stands for the engine's module in a rival's kernel."""


class StudentFailure(BaseException):
    """The submission's doing; no Exception, as in the kit, so that Hypothesis does not retry."""
