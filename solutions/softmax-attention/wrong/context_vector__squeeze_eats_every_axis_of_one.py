def context_vector(weights, values):
    return np.squeeze(weights[:, None, :] @ values)
