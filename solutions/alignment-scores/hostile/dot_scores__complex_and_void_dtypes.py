def dot_scores(query, keys):
    record = np.zeros(keys.shape[:2], dtype=[("score", "f8"), ("points", "f8")])
    return [record, np.zeros(keys.shape[:2], dtype=complex), np.zeros(3, dtype="datetime64[s]")]
