def causal_mask(steps):
    positions = np.arange(steps).astype("uint8")
    return positions[:, None] >= positions
