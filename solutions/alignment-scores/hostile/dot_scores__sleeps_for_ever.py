import time


def dot_scores(query, keys):
    time.sleep(10**6)
