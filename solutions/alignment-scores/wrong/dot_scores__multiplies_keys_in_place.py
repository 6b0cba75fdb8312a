def dot_scores(query, keys):
    keys *= query[:, None, :]
    return keys.sum(axis=-1)
