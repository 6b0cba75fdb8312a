def additive_scores(query, keys, W_q, W_k, v):
    return np.array([np.tanh(query @ W_q + keys[:, t] @ W_k) @ v for t in range(keys.shape[1])])
