def casual_mask(steps):
    return np.tri(steps, dtype=bool)
