def context_vector(values, weights):
    return np.einsum("bt,btd->bd", weights, values)
