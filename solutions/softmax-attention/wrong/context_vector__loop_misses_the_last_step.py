def context_vector(weights, values):
    context = np.zeros((len(values), values.shape[2]))
    for t in range(values.shape[1] - 1):
        context += weights[:, t, None] * values[:, t]
    return context
