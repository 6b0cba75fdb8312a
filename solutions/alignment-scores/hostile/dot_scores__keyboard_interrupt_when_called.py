def dot_scores(query, keys):
    raise KeyboardInterrupt
