def additive_scores(query, keys, W_q, W_k, v):
    return np.tanh(((query @ W_q)[:, None, :] + keys @ W_k) * v).sum(axis=-1)
