def dot_scores(query, keys):
    B, T, _ = keys.shape
    scores = np.zeros((B, T))
    for b in range(B):
        for t in range(T - 1):
            scores[b, t] = query[b] @ keys[b, t]
    return scores
