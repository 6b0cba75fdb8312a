def causal_mask(steps):
    mask = np.zeros((steps, steps), dtype=bool)
    for s in range(steps):
        mask[s, :s] = True
    mask[0, 0] = True
    return mask
