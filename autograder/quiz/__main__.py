"""Trusted side. `%run -m autograder.quiz FILE [NUMBERS]` in a source notebook shows questions."""

import sys

from autograder.quiz.questions import show

if __name__ == "__main__":
    show(sys.argv[1:])
