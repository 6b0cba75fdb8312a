from math import fsum


def context_vector(weights, values):
    return [
        [fsum(w * x for w, x in zip(row, feature)) for feature in zip(*review)]
        for row, review in zip(weights.tolist(), values.tolist())
    ]
