def causal_mask(steps):
    mask = np.zeros((steps, steps), dtype=bool)
    for s in range(steps):
        mask[s, : s + 1] = True
    return mask
