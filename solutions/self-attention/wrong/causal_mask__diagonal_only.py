def causal_mask(steps):
    return np.eye(steps, dtype=bool)
