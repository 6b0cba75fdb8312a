def context_vector(weights, values):
    e = np.exp(weights)
    weights = e / e.sum(axis=1, keepdims=True)
    return np.einsum("bt,btd->bd", weights, values)
