def context_vector(weights, values):
    return weights @ values
