def dot_scores(query, keys):
    return -np.linalg.norm(query[:, None, :] - keys, axis=-1)
