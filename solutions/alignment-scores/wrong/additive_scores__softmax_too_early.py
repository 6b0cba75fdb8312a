def additive_scores(query, keys, W_q, W_k, v):
    e = np.exp(np.tanh((query @ W_q)[:, None, :] + keys @ W_k) @ v)
    return e / e.sum(axis=-1, keepdims=True)
