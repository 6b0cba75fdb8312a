def additive_scores(query, keys, W_q, W_k, v):
    return np.mean(v * np.tanh((query @ W_q)[:, None, :] + keys @ W_k), axis=-1)
