def dot_scores(query, keys):
    while True:
        pass
