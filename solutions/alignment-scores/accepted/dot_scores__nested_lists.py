def dot_scores(query, keys):
    return [[float(np.dot(q, k)) for k in review] for q, review in zip(query, keys)]
