def context_vector(weights, values):
    column = np.expand_dims(weights, -1)
    return np.squeeze(np.matmul(np.swapaxes(values, 1, 2), column), axis=-1)
