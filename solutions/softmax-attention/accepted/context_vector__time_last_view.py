def context_vector(weights, values):
    return np.asfortranarray((values.transpose(2, 0, 1) * weights).sum(axis=2)).T
