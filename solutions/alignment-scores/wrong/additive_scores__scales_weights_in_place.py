def additive_scores(query, keys, W_q, W_k, v):
    W_k *= v
    W_k /= v
    query += 0.5
    q = (query - 0.5) @ W_q
    return np.tanh(q[:, None, :] + keys @ W_k) @ v
