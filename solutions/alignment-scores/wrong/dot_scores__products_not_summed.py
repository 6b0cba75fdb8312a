def dot_scores(query, keys):
    return query[:, None, :] * keys
