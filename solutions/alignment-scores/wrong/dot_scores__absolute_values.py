def dot_scores(query, keys):
    return np.abs((query[:, None, :] * keys).sum(-1))
