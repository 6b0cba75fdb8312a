def additive_scores(query, keys, W_q, W_k, v):
    B, T, _ = keys.shape
    scores = np.zeros((B, T))
    for t in range(T - 1):
        scores[:, t] = np.tanh(query @ W_q + keys[:, t] @ W_k) @ v
    return scores
