def dot_scores(query, keys):
    return np.sum(query[:, None, :] * keys, axis=1)
