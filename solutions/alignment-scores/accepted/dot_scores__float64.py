def dot_scores(query, keys):
    query = np.asarray(query, dtype=np.float64)
    keys = np.asarray(keys, dtype=np.float64)
    return (query[:, np.newaxis] * keys).sum(-1)
