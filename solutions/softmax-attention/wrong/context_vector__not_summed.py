def context_vector(weights, values):
    return weights[:, :, None] * values
