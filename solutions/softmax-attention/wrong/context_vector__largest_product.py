def context_vector(weights, values):
    return np.max(weights[:, :, None] * values, axis=1)
