def causal_mask(steps):
    size = max(512, steps)
    return np.tri(size, dtype=bool)[:steps, :steps]
