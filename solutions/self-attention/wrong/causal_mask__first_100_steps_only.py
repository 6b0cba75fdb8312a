def causal_mask(steps):
    mask = np.zeros((steps, steps), dtype=bool)
    for s in range(min(steps, 100)):
        mask[s, : s + 1] = True
    return mask
