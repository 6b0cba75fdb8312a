def context_vector(weights, values):
    return np.sum(weights[:, :, None] * values, axis=-1)
