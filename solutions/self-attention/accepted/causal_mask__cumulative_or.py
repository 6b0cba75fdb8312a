def causal_mask(steps):
    return np.logical_or.accumulate(np.eye(steps, dtype=bool), axis=0)
