def additive_scores(query, keys, W_q, W_k, v):
    B, T, _ = keys.shape
    scores = np.zeros((B, T), dtype=np.float32)
    for b in range(B):
        for t in range(T):
            total = 0.0
            for u in range(len(v)):
                total += v[u] * np.tanh(query[b] @ W_q[:, u] + keys[b, t] @ W_k[:, u])
            scores[b, t] = total
    return scores
