def dot_scores(*arrays):
    query, keys = arrays
    return np.vecdot(query[..., None, :], keys)
