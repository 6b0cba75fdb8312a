# a running total over time, as an RNN would keep
def additive_scores(query, keys, W_q, W_k, v):
    return np.tanh((query @ W_q)[:, None, :] + np.cumsum(keys, axis=1) @ W_k) @ v
