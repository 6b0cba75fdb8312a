def causal_mask(steps):
    pass
