def causal_mask(steps):
    positions = np.arange(steps)
    return tuple(positions <= s for s in range(steps))
