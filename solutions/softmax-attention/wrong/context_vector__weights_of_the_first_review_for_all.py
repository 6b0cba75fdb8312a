def context_vector(weights, values):
    return np.einsum("t,btd->bd", weights[0], values)
