def additive_scores(query, keys, W_q, W_k, v):
    hidden = np.tanh(np.expand_dims(query @ W_q, 1) + keys @ W_k)
    return np.squeeze(hidden @ v.reshape(-1, 1), axis=-1)
