def context_vector(weights, values):
    weights = weights / weights.sum(axis=1, keepdims=True)
    return np.einsum("bt,btd->bd", weights, values)
