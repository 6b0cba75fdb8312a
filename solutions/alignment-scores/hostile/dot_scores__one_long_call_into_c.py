def dot_scores(query, keys):
    return len(str(7 ** (10**9)))
