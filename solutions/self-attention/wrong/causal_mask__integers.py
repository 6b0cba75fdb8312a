def causal_mask(steps):
    return np.tri(steps, dtype=int)
