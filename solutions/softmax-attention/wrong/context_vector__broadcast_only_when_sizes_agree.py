def context_vector(weights, values):
    return np.sum(weights * values, axis=1)
