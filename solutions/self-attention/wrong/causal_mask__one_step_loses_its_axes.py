def causal_mask(steps):
    return np.squeeze(np.tri(steps, dtype=bool))
