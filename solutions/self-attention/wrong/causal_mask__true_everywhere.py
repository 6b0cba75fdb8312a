def causal_mask(steps):
    return np.ones((steps, steps), dtype=bool)
