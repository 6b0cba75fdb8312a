from functools import lru_cache


@lru_cache
def triangle(steps):
    return np.tri(steps, dtype=bool)


def causal_mask(steps):
    return triangle(steps).copy()
