def dot_scores(query, keys):
    query = np.expand_dims(query, axis=1)
    return np.sum(query * keys, axis=-1)
