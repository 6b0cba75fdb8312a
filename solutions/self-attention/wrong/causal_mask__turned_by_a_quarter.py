def causal_mask(steps):
    return np.rot90(np.tri(steps, dtype=bool))
