def dot_scores(query, keys):
    rows = []
    for q, review in zip(query, keys):
        rows.append(np.apply_along_axis(lambda key: np.dot(q, key), 1, review))
    return np.array(rows)
