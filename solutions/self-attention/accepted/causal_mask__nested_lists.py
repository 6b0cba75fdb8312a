def causal_mask(steps):
    return [[t <= s for t in range(steps)] for s in range(steps)]
