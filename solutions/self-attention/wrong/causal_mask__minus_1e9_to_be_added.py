def causal_mask(steps):
    return np.where(np.tri(steps, dtype=bool), 0.0, -1e9)
