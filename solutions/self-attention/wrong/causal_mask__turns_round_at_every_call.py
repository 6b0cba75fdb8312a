direction = [True]


def causal_mask(steps):
    mask = np.tri(steps, dtype=bool)
    direction[0] = not direction[0]
    return mask.T if direction[0] else mask
