def dot_scores(query, keys):
    B, T, D = keys.shape
    scores = np.zeros((B, T))
    for b in range(B):
        for t in range(T):
            for d in range(D):
                scores[b, t] += query[b, d] * keys[b, t, d]
    return scores
