def context_vector(weights, values):
    context = np.einsum("bt,btd->bd", weights, values)
