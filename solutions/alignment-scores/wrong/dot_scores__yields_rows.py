def dot_scores(query, keys):
    for q, review in zip(query, keys):
        yield review @ q
