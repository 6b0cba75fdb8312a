def context_vector(weights, values):
    return np.einsum("bt,btd->db", weights, values)
