def context_vector(weights, values):
    w = weights.astype("float64").reshape(*weights.shape, 1)
    return (w * values.astype("float64")).sum(axis=-2)
