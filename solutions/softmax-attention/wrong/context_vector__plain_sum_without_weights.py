def context_vector(weights, values):
    return values.sum(axis=1)
