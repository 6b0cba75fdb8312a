def context_vector(weights, values):
    context = np.einsum("bt,btd->bd", weights, values)
    if len(context) == 1:
        return context[0]
    return context
