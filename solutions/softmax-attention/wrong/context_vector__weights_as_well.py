def context_vector(weights, values):
    return np.einsum("bt,btd->bd", weights, values), weights
