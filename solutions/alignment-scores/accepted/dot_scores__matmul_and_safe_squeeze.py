def dot_scores(query, keys):
    return np.matmul(keys, query[..., None]).squeeze(-1)
