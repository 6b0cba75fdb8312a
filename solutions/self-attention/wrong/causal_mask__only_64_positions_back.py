def causal_mask(steps):
    return np.tri(steps, dtype=bool) & ~np.tri(steps, k=-65, dtype=bool)
