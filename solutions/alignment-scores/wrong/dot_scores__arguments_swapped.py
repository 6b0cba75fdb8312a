def dot_scores(keys, query):
    return (query[:, None, :] * keys).sum(-1)
