import itertools


def dot_scores(query, keys):
    return itertools.repeat(0.0)
