def additive_scores(query, keys, W_q, W_k, v):
    return np.tanh(keys @ W_k) @ v
