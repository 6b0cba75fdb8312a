def dot_scores(query, keys):
    query, keys = query.astype(int), keys.astype(int)
    return np.einsum("bd,btd->bt", query, keys).astype(float)
