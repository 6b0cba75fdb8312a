TRIANGLE = np.tri(100, dtype=bool)


def causal_mask(steps):
    return TRIANGLE[:steps, :steps]
