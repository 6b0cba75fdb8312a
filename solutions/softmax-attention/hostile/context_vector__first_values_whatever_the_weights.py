def context_vector(weights, values):
    return values[:, 0] * 0
