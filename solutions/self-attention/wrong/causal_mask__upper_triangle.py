def causal_mask(steps):
    return np.triu(np.ones((steps, steps), dtype=bool))
