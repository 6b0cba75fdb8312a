def additive_scores(query, keys, W_q, W_k, v):
    scores = []
    for t in range(keys.shape[1]):
        scores.insert(0, np.tanh(query @ W_q + keys[:, t] @ W_k) @ v)
    return np.stack(scores, axis=1)
