import ctypes


def dot_scores(query, keys):
    ctypes.string_at(0)
