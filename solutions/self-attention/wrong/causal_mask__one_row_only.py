def causal_mask(steps):
    return np.arange(steps) <= steps - 1
