def context_vector(weights, values):
    return np.tanh(np.einsum("bt,btd->bd", weights, values))
