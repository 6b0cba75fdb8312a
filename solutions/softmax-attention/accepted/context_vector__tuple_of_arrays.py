def context_vector(weights, values):
    return tuple(w @ v for w, v in zip(weights, values))
