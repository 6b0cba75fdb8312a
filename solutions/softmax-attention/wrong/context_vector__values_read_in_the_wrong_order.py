def context_vector(weights, values):
    B, T, D = values.shape
    return np.einsum("bt,bdt->bd", weights, values.reshape(B, D, T))
