def context_vector(weights, values):
    context = np.zeros((len(values), values.shape[2]))
    for b in range(len(values)):
        context[b] = weights[b] @ values[b]
        return context
