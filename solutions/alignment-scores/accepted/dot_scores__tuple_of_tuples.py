def dot_scores(query, keys):
    return tuple(tuple(float(q @ k) for k in review) for q, review in zip(query, keys))
