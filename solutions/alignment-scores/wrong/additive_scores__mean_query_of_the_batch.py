def additive_scores(query, keys, W_q, W_k, v):
    q = (query @ W_q).mean(axis=0)
    return np.tanh(q + keys @ W_k) @ v
