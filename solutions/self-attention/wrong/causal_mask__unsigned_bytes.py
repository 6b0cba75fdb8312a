def causal_mask(steps):
    return np.tri(steps).astype("uint8")
