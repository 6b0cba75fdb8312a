def context_vector(weights, values):
    weights = weights / (weights.sum(axis=1, keepdims=True) + 1e-3)
    return np.einsum("bt,btd->bd", weights, values)
