def dot_scores(query, keys):
    return np.sum(query * keys, axis=-1)
