def dot_scores(query, keys, max_len=200):
    scores = np.zeros(keys.shape[:2])
    for t in range(min(keys.shape[1], max_len)):
        scores[:, t] = (query * keys[:, t]).sum(axis=1)
    return scores
