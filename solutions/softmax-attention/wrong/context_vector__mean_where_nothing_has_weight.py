def context_vector(weights, values):
    weights = weights.copy()
    weights[weights.sum(axis=1) == 0] = 1 / weights.shape[1]
    return np.einsum("bt,btd->bd", weights, values)
