def context_vector(weights, values):
    used = (weights > 0)[:, :, None]
    return (used * values).sum(axis=1) / np.maximum(used.sum(axis=1), 1)
