def causal_mask(steps):
    return [[True] * (s + 1) for s in range(steps)]
