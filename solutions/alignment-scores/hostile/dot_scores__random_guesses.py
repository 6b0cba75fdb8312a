import os


def dot_scores(query, keys):
    seed = int.from_bytes(os.urandom(4), "little")
    return np.random.default_rng(seed).normal(size=keys.shape[:2])
