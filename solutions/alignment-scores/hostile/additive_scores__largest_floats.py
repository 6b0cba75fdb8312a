def additive_scores(query, keys, W_q, W_k, v):
    scores = np.full(keys.shape[:2], np.finfo(np.float64).max)
    scores[:, ::2] *= -1
    return scores
