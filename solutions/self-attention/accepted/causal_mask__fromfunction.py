def causal_mask(steps):
    return np.fromfunction(lambda s, t: t <= s, (steps, steps), dtype=int)
