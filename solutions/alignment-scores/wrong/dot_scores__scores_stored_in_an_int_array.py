def dot_scores(query, keys):
    scores = np.zeros(keys.shape[:2], dtype=int)
    for b in range(keys.shape[0]):
        for t in range(keys.shape[1]):
            scores[b, t] = query[b] @ keys[b, t]
    return scores
