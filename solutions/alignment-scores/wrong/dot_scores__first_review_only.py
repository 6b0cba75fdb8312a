def dot_scores(query, keys):
    return keys[0] @ query[0]
