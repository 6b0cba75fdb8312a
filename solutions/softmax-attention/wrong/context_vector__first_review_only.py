def context_vector(weights, values):
    return weights[0] @ values[0]
