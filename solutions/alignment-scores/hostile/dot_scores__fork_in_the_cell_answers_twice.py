import os

try:
    os.fork()
except OSError:
    pass


def dot_scores(query, keys):
    return np.zeros(keys.shape[:2])
