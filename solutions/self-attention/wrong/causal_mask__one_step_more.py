def causal_mask(steps):
    return np.tri(steps + 1, dtype=bool)
