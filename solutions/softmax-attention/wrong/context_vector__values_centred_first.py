def context_vector(weights, values):
    middle = values.mean(axis=1, keepdims=True)
    return np.einsum("bt,btd->bd", weights, values - middle) + middle[:, 0] * weights.sum(1)[:, None]
