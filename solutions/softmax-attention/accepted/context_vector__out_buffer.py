def context_vector(weights, values):
    B, T, D = values.shape
    weighted = np.empty_like(values)
    context = np.empty((B, D), dtype=values.dtype)
    np.multiply(values, weights.reshape(B, T, 1), out=weighted)
    np.sum(weighted, axis=1, out=context)
    return context
