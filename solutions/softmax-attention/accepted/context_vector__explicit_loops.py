def context_vector(weights, values):
    B, T, D = values.shape
    context = np.zeros((B, D))
    for b in range(B):
        for t in range(T):
            for d in range(D):
                context[b, d] += weights[b, t] * values[b, t, d]
    return context
