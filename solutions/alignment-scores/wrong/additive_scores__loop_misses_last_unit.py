def additive_scores(query, keys, W_q, W_k, v):
    hidden = np.tanh((query @ W_q)[:, None, :] + keys @ W_k)
    scores = np.zeros(hidden.shape[:2])
    for u in range(len(v) - 1):
        scores += v[u] * hidden[..., u]
    return scores
