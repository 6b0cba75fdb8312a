def context_vector(weights, values):
    return np.zeros((values.shape[0], values.shape[2]), dtype=np.longdouble).astype(">f8").view("V8")
