def context_vector(weights, values):
    return np.einsum("bt,btd->bd", weights, np.maximum(values, 0))
