def dot_scores(query, keys):
    return np.max(query[:, None, :] * keys, axis=-1)
