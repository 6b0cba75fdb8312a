def additive_scores(query, keys, W_q, W_k, v):
    B, T, D = keys.shape
    k = keys.reshape(B * T, D) @ W_k
    q = np.repeat(query @ W_q, T, axis=0)
    return (np.tanh(q + k) @ v).reshape(B, T)
