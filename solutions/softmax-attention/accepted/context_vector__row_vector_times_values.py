def context_vector(weights, values):
    return (weights[:, np.newaxis, :] @ values)[:, 0, :]
