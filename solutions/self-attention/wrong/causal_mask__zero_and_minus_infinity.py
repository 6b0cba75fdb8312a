def causal_mask(steps):
    return np.triu(np.full((steps, steps), -np.inf), k=1)
