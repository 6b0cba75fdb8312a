def dot_scores(query, keys):
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested
