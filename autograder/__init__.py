"""The grading engine: runs strangers' notebooks sealed, judges them outside. Knows no course."""
