def context_vector(weights, values):
    context = np.einsum("bt,btd->bd", weights, values)
    return context / np.maximum(np.linalg.norm(context, axis=1, keepdims=True), 1e-9)
