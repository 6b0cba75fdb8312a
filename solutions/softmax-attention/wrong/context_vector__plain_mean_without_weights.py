def context_vector(weights, values):
    return values.mean(axis=1)
