def additive_scores(query, keys, W_q, W_k, v):
    hidden = np.tanh((query @ W_q)[:, None, :] + keys @ W_k)
    return (hidden @ v[:, None]).squeeze()
