def context_vector(weights, values):
    return np.matmul(weights, values).mean(axis=0)
