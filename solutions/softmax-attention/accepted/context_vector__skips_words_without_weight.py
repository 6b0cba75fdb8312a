def context_vector(weights, values):
    context = np.zeros((values.shape[0], values.shape[2]), dtype=np.float32)
    for b, t in np.argwhere(weights > 0):
        context[b] += weights[b, t] * values[b, t]
    return context
