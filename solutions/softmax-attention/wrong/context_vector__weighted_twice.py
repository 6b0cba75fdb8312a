def context_vector(weights, values):
    weighted = weights[:, :, None] * values
    return np.sum(weights[:, :, None] * weighted, axis=1)
