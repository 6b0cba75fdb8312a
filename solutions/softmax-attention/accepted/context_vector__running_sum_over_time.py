def context_vector(weights, values):
    context = np.zeros_like(values[:, 0])
    for t in range(weights.shape[1]):
        context = context + weights[:, t : t + 1] * values[:, t]
    return context
