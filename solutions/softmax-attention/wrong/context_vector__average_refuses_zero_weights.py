def context_vector(weights, values):
    return np.stack([np.average(v, axis=0, weights=w) for v, w in zip(values, weights)])
