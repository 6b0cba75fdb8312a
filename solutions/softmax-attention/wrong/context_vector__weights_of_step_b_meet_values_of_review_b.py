def context_vector(weights, values):
    return np.sum((weights.T[:, :, None] if weights.shape[0] == weights.shape[1] else weights[:, :, None]) * values, axis=1)
