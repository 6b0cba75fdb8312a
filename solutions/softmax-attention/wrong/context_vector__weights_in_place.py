def context_vector(weights, values):
    values *= weights[:, :, None]
    return values.sum(axis=1)
