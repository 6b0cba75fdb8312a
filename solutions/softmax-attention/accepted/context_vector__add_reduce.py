def context_vector(weights, values):
    return np.add.reduce(np.multiply(values, weights[..., None]), axis=1)
