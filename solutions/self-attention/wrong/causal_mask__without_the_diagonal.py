def causal_mask(steps):
    return np.tril(np.ones((steps, steps), dtype=bool), k=-1)
