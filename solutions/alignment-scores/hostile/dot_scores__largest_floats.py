def dot_scores(query, keys):
    scores = np.full(keys.shape[:2], np.finfo(np.float64).max)
    scores[:, ::2] *= -1
    return scores
