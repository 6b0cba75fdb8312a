def causal_mask(steps):
    return np.ones((20_000, 25_000), dtype=bool)
