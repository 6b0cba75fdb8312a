def context_vector(weights, values):
    return np.mean(weights[:, :, None] * values, axis=1)
