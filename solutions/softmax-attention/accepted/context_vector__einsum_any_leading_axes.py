def context_vector(weights, values):
    return np.einsum("...t,...td->...d", weights, values)
