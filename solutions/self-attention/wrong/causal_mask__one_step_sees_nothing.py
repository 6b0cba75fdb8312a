def causal_mask(steps):
    if steps < 2:
        return np.zeros((steps, steps), dtype=bool)
    return np.tri(steps, dtype=bool)
