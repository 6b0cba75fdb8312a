def additive_scores(query, keys, W_q, W_k, v):
    scores = np.tanh(query @ W_q) @ v
    return np.repeat(scores[:, None], keys.shape[1], axis=1)
